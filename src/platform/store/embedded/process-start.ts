import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { CHILD_ENVIRONMENT } from './child-environment.ts';

/**
 * `start` tells one use of a process id from a later one: equal texts mean the same process. It is undefined when the
 * process exists but its start cannot be read (hidden /proc); callers must then take it for alive.
 */
export type ProcessLife = { readonly running: false } | { readonly running: true; readonly start: string | undefined };

/** Looks a process up by its id. A zombie counts as gone: it holds no file and runs no code. */
export type LookUpProcess = (pid: number) => Promise<ProcessLife>;

const GONE: ProcessLife = { running: false };

/** State and start time are the 1st and 20th field after the parenthesised name, which may itself hold parentheses (proc(5)). */
const STATE_FIELD = 0;
const START_FIELD = 19;

/** {@link LookUpProcess} for this platform: /proc on Linux, `ps` elsewhere. */
export const lookUpProcess: LookUpProcess = (pid) =>
  process.platform === 'linux' ? lookUpInProc(pid) : lookUpWithPs(pid);

async function lookUpInProc(pid: number): Promise<ProcessLife> {
  const stat = await readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return answersSignals(pid) ? { running: true, start: undefined } : GONE;
  const { state, startTicks } = parseProcStat(stat);
  if (isDeadState(state)) return GONE;
  return { running: true, start: `${await bootId()}/${startTicks}` };
}

/** The two fields needed of a `/proc/<pid>/stat` line; `startTicks` counts clock ticks since boot. */
export function parseProcStat(stat: string): { readonly state: string; readonly startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[STATE_FIELD] ?? '', startTicks: fields[START_FIELD] ?? '' };
}

/** Ticks count from boot, so that after a power cut another process can have the same id and the same ticks. */
async function bootId(): Promise<string> {
  return (await readOrUndefined('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
}

async function lookUpWithPs(pid: number): Promise<ProcessLife> {
  const line = await new Promise<string>((resolve) => {
    // The fixed environment matters: the text depends on language and time zone.
    execFile('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: CHILD_ENVIRONMENT }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return parsePsLine(line) ?? (answersSignals(pid) ? { running: true, start: undefined } : GONE);
}

/** Reads a line of `ps -o stat=,lstart=`; undefined when ps printed none. */
export function parsePsLine(line: string): ProcessLife | undefined {
  const [state, ...start] = line.trim().split(/\s+/);
  if (!state) return undefined;
  return isDeadState(state) ? GONE : { running: true, start: start.join(' ') };
}

function isDeadState(state: string): boolean {
  return state.startsWith('Z') || state.startsWith('X');
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
