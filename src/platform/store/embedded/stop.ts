import type { ServerProcess } from './server-process.ts';
import type { EmbeddedDoors } from './types.ts';
import { cameWithin } from './wait.ts';

/**
 * `smart` waits until the clients have left, `fast` ends their sessions (open transactions are rolled back),
 * `immediate` also leaves out the checkpoint, so that the next start recovers from the log. None loses a commit.
 */
export type StopMode = 'smart' | 'fast' | 'immediate';

interface Step {
  readonly mode: StopMode | 'kill';
  readonly signal: NodeJS.Signals;
  /** How long it may take before the next step. */
  readonly limit_ms: number;
}

/** Each step is sterner than the one before, and safe: what is committed is in the log on the disk. */
const STEPS: readonly Step[] = [
  { mode: 'smart', signal: 'SIGTERM', limit_ms: 60_000 },
  { mode: 'fast', signal: 'SIGINT', limit_ms: 60_000 },
  { mode: 'immediate', signal: 'SIGQUIT', limit_ms: 15_000 },
  { mode: 'kill', signal: 'SIGKILL', limit_ms: 15_000 },
];

/** Ends the server, asking more sternly when it takes too long; resolves when it has ended. */
export async function stopServer(
  server: ServerProcess,
  mode: StopMode,
  { clock, log }: Pick<EmbeddedDoors, 'clock' | 'log'>,
): Promise<void> {
  const first = STEPS.findIndex((step) => step.mode === mode);
  for (const { mode, signal, limit_ms } of STEPS.slice(first)) {
    if (!server.isRunning()) break;
    server.signal(signal);
    if (await cameWithin(server.exited, limit_ms, clock)) break;
    log.warn({ pid: server.pid, mode, waited_ms: limit_ms }, 'PostgreSQL does not stop: asking more sternly');
  }
  await server.exited;
}
