// Faults of the network between the product and everything it talks to: `node test/net/run.ts --help`.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { playLane } from './lane.ts';
import type { Mode, Target } from './modes.ts';
import { type NetOptions, readOptions, USAGE } from './options.ts';
import type { Result } from './round.ts';

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  let options: NetOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.usage;
  }
  const began = Date.now();
  const results: Result[] = [];
  const tell = (result: Result) => {
    results.push(result);
    process.stderr.write(lineOf(result));
  };
  const failures = await playAll(options, tell);
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ results, seconds })}\n`);
  else
    process.stdout.write(
      `${results.filter(({ ok }) => ok).length} of ${results.length} rounds are well (${seconds} s)\n`,
    );
  return failures.length === 0 && results.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

/**
 * Every target has a process of its own, so that what is open in it is counted for it alone. Answers what went wrong
 * with the processes themselves.
 */
async function playAll({ plan, seed, long }: NetOptions, tell: (result: Result) => void): Promise<readonly string[]> {
  const lanes = Object.entries(plan) as [Target, readonly Mode[]][];
  const folder = await mkdtemp(join(tmpdir(), 'cf-net-'));
  const children: ChildProcess[] = [];
  const endAll = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.once('SIGINT', endAll);
  process.once('SIGTERM', endAll);
  const failures = await Promise.all(
    lanes.map(async ([target, modes]) => {
      const child = spawn(
        process.execPath,
        [import.meta.filename, '--lane', JSON.stringify({ target, modes, seed, long, folder })],
        {
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      children.push(child);
      createInterface({ input: child.stdout! }).on('line', (line) => tell(JSON.parse(line) as Result));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return code === 0 ? [] : [`${target}: its process ended with ${code}`];
    }),
  );
  process.removeListener('SIGINT', endAll);
  process.removeListener('SIGTERM', endAll);
  // A database whose process was ended from outside ends a moment later.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  return failures.flat();
}

/** The process of one target: results go to standard output, one JSON a line. Ends with its parent. */
async function laneProcess(json: string): Promise<number> {
  process.stdin.once('end', () => process.exit(EXIT.failed)).resume();
  process.once('SIGTERM', () => process.exit(EXIT.failed));
  await playLane(JSON.parse(json), (result) => process.stdout.write(`${JSON.stringify(result)}\n`));
  process.stdin.pause();
  return EXIT.ok;
}

function lineOf({ mode, target, recoveredMs, allowedMs, violations, leaked, ok }: Result): string {
  const recovered = recoveredMs === null ? 'not recovered' : `recovered in ${recoveredMs} ms of ${allowedMs}`;
  const problems = [...violations.slice(0, 5), ...leaked].map((problem) => `    ${problem}\n`).join('');
  return `${ok ? 'ok  ' : 'FAIL'} ${target.padEnd(10)} ${mode.padEnd(10)} ${recovered}\n${problems}`;
}

const [first, second, ...others] = process.argv.slice(2);
const isLane = first === '--lane' && second !== undefined && others.length === 0;
process.exitCode = await (isLane ? laneProcess(second) : main(process.argv.slice(2)));
