import type { z } from 'zod';
import type { MachineFacts } from '../../bench/results.ts';
import { PARTS, type PartName, RELIABILITY, type Reliability, readAs } from './figures.ts';
import type { RecordOptions } from './options.ts';

/** Machine, commit and date, as the benchmarks note them. */
export type Circumstances = Omit<MachineFacts, 'postgres'>;

/** Puts together what the suites printed. Throws, naming the file, when one cannot be read or is of another suite. */
export function gather(
  options: RecordOptions,
  read: (path: string) => string,
  { commit, date, cpu, cores, memory, os, node }: Circumstances,
): Reliability {
  const parts = (Object.keys(PARTS) as PartName[]).map((name) => [name, partOf(name, options[name], read)] as const);
  const machine = { cpu, cores, memory, os, node };
  return readAs(RELIABILITY, { commit, date, machine, ...Object.fromEntries(parts) }, 'the whole');
}

function partOf(name: PartName, path: string | undefined, read: (path: string) => string): unknown {
  if (path === undefined) return null;
  const value = parsed(read(path), path);
  if (value === null) throw new Error(`${path} is empty`);
  const schema: z.ZodType = PARTS[name];
  return readAs(schema, value, path);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON: it must hold the one line that --json prints, and npm runs with --silent`);
  }
}
