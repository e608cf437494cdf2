import { readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { DiskHealth, MemoryHealth } from './report.ts';

/** What the machine says of itself. */
export interface Machine {
  disk(): Promise<DiskHealth>;
  memory(): Promise<MemoryHealth>;
}

/** The machine that this process runs on. `dataDir` says which disk. */
export function systemMachine(dataDir: string): Machine {
  return {
    disk: async () => {
      const { bavail, blocks, bsize } = await statfs(dataDir);
      return { free_bytes: bavail * bsize, total_bytes: blocks * bsize };
    },
    memory: async () => ({
      used_bytes: (await proportionalSetSize()) ?? process.memoryUsage.rss(),
      available_bytes: process.availableMemory(),
      limit_bytes: memoryLimit(),
    }),
  };
}

/** Shared pages counted by share: with several processes the resident set counts the same page several times. Linux only. */
async function proportionalSetSize(): Promise<number | null> {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(await readFile('/proc/self/smaps_rollup', 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

/** Without a limit the system answers 0, or a number beyond any memory. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
