import { passOnLog } from './log-lines.ts';
import type { RunAs } from './run-as.ts';
import { spawnAs } from './run-command.ts';
import type { EmbeddedDoors } from './types.ts';
import { cameWithin } from './wait.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** How the server ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The running `postgres`, our direct child. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended and its last words are read. */
  readonly exited: Promise<ServerExit>;
  readonly isRunning: () => boolean;
  readonly logTail: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Whether a running server keeps our process from ending by itself. */
  readonly keepAlive: (isKept: boolean) => void;
}

export interface ServerCommand {
  readonly postgres: string;
  readonly args: readonly string[];
  readonly runAs: RunAs;
}

/** Children of a killed server can hold the pipe of its log open; no more than this is waited for them. */
const LOG_DRAIN_MS = 500;

/** Starts `postgres` under a watchdog. Rejects with the system's error when it cannot be executed. */
export async function spawnServer(command: ServerCommand, doors: EmbeddedDoors): Promise<ServerProcess> {
  const child = spawnAs(command.runAs, command.postgres, command.args, ['ignore', 'ignore', 'pipe']);
  const { pid, stderr } = child;
  if (pid === undefined || stderr === null) {
    throw await new Promise<Error>((resolve) => child.once('error', resolve));
  }
  const lines = passOnLog(doors.log);
  stderr.setEncoding('utf8').on('data', (chunk: string) => lines.write(chunk));
  const drained = new Promise<void>((resolve) => stderr.once('close', () => resolve()));
  // A signal that could not be sent; whether the server ended shows in `exited`.
  child.on('error', (error) => doors.log.warn({ pid, reason: error.message }, 'PostgreSQL could not be signalled'));
  // In the same turn as the spawn: nothing can end us between the two.
  const watchdog = startWatchdogOrKill(pid, () => child.kill('SIGKILL'));
  const ended = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid,
    exited: ended.then((exit) => settle(exit, { drained, watchdog, clock: doors.clock })),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    logTail: lines.tail,
    signal: (signal) => child.kill(signal),
    keepAlive: (isKept) => {
      const pipe = stderr as { ref?: () => void; unref?: () => void };
      if (isKept) pipe.ref?.();
      else pipe.unref?.();
      if (isKept) child.ref();
      else child.unref();
    },
  };
}

function startWatchdogOrKill(pid: number, kill: () => void): Watchdog {
  try {
    return startWatchdog(pid, { ask: 'INT', insist: 'QUIT' });
  } catch (error) {
    kill();
    throw error;
  }
}

interface Remains {
  readonly drained: Promise<void>;
  readonly watchdog: Watchdog;
  readonly clock: EmbeddedDoors['clock'];
}

async function settle(exit: ServerExit, { drained, watchdog, clock }: Remains): Promise<ServerExit> {
  await watchdog.standDown();
  await cameWithin(drained, LOG_DRAIN_MS, clock);
  return exit;
}
