import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Cleanup } from './cleanup.ts';

export interface Program<Hello> {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The first line that it printed, a JSON object. */
  readonly hello: Hello;
  /** Tells it to end by closing its standard input, and waits for it. */
  stop(): Promise<void>;
}

export interface ProgramStart {
  readonly file: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cleanup: Cleanup;
}

/** Kept of what a program wrote to standard error, for when it fails. */
const MAX_ERROR_CHARACTERS = 20_000;

/** Environment without anything that configures the product or the runner of this benchmark. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COUNTERFOIL_|DATABASE_URL|VITEST|NODE_OPTIONS|PG)/.test(name)),
  );
}

/** Starts one of our programs as a process of its own and waits for its first line. */
export async function startProgram<Hello>(start: ProgramStart): Promise<Program<Hello>> {
  const child = spawn(process.execPath, [...profiling(), start.file, ...(start.args ?? [])], {
    env: { ...plainEnvironment(), ...start.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C is for us, and we let go of it in order.
    detached: true,
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  start.cleanup.add(stop);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-MAX_ERROR_CHARACTERS);
  });
  const hello = await new Promise<Hello>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Hello));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${start.file} ended with ${code}: ${errors.trim()}`)));
  });
  return { child, pid: child.pid!, hello, stop };
}

/** `BENCH_CPU_PROFILE=<folder>` keeps a CPU profile of every program, to find out what bounds a figure. */
function profiling(): readonly string[] {
  const folder = process.env['BENCH_CPU_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** In a program: runs `stop` once, when the parent closes standard input, and ends. */
export function endWithInput(stop: () => Promise<void>): void {
  const end = () => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.stdin.once('end', end).once('error', end).resume();
}
