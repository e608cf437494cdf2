import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { CHILD_ENVIRONMENT } from './child-environment.ts';
import { commandAs, type RunAs } from './run-as.ts';

export interface Finished {
  /** Null when a signal ended it or it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its standard output and error, the last {@link OUTPUT_LIMIT_CHARS} characters. */
  readonly output: string;
  /** Why it could not be started. */
  readonly startError?: Error;
}

/** Enough for the last pages of initdb's or PostgreSQL's words, and no room for a flood. */
const OUTPUT_LIMIT_CHARS = 64 * 1024;

/**
 * Spawns in a session of its own, so that Ctrl-C in the terminal does not reach it, and in the root directory, because
 * the other user may not be able to enter ours.
 */
export function spawnAs(runAs: RunAs, file: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const command = commandAs(runAs, file, args);
  const options = { ...command.options, env: CHILD_ENVIRONMENT, cwd: '/', detached: true, stdio };
  return spawn(command.file, [...command.args], options);
}

/** Collects the output until the child has ended; never rejects. */
export function untilFinished(child: ChildProcess): Promise<Finished> {
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT_CHARS);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((resolve) => {
    child.once('error', (startError) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, output, startError });
    });
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** Runs a command to its end, with `input` on its standard input. */
export async function runCommand(
  runAs: RunAs,
  file: string,
  args: readonly string[],
  input?: string,
): Promise<Finished> {
  const child = spawnAs(runAs, file, args, [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']);
  // A child that ends before reading everything closes the pipe: its exit code says what happened.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return untilFinished(child);
}
