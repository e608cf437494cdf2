import { spawn } from 'node:child_process';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { CHILD_ENVIRONMENT } from './child-environment.ts';

/** A tiny process that ends another one when we are gone, however we went. */
export interface Watchdog {
  /** Tells it to leave without doing anything; resolves when it has. */
  standDown(): Promise<void>;
}

/** After this long of asking politely the watchdog insists. A fast shutdown writes out at most the shared buffers. */
const PATIENCE_S = 30;

/**
 * Reads one line from us: a line means "stand down", the end of the pipe means that we are gone. The watched process
 * is recognised by id and start time, so that a later process with the same id is left alone.
 */
const SCRIPT = `
trap '' INT TERM HUP
start_of() {
  if [ -r /proc/self/stat ]; then
    read -r line < "/proc/$1/stat" || return 1
    set -- \${line##*) }
    [ "$1" != Z ] && echo "\${20}"
  else
    ps -o lstart= -p "$1"
  fi
}
pid=$1
start=$(start_of "$pid") || exit 0
same() { [ "$(start_of "$pid")" = "$start" ]; }
read -r word && exit 0
same && kill -s "$2" "$pid"
n=0
while same && [ "$n" -lt ${PATIENCE_S} ]; do sleep 1; n=$((n + 1)); done
same && kill -s "$3" "$pid"
exit 0
`;

export interface WatchdogSignals {
  /** Signal name without SIG. */
  readonly ask: 'INT' | 'TERM';
  readonly insist: 'QUIT' | 'KILL';
}

/**
 * Starts a watchdog over our child `pid`. It runs in a session of its own: a terminal's Ctrl-C must not end it before us.
 *
 * @throws CounterfoilError `postgres.start_failed` when there is no shell to run it.
 */
export function startWatchdog(pid: number, { ask, insist }: WatchdogSignals): Watchdog {
  const args = ['-c', SCRIPT, 'counterfoil-watchdog', String(pid), ask, insist];
  const child = spawn('/bin/sh', args, {
    env: CHILD_ENVIRONMENT,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // It has left by itself when the watched process was gone at once.
  stdin.on('error', () => {});
  if (child.pid === undefined) {
    throw new CounterfoilError('postgres.start_failed', {
      detail: 'The shell /bin/sh is needed and could not be run.',
    });
  }
  // Neither the process nor the pipe (a net.Socket at run time, declared as a stream) keeps ours alive.
  child.unref();
  (stdin as { unref?: () => void }).unref?.();
  return {
    standDown: () => {
      child.ref();
      stdin.end('stand down\n');
      return ended;
    },
  };
}
