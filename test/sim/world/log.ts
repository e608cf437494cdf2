import { isCounterfoilError, messageOf } from '../../../src/kernel/errors.ts';
import { type Log, silentLog } from '../../../src/platform/telemetry/index.ts';

/** What processes say. An error that the product does not know is a bug, whatever was recovered from it. */
export class SimulatedLog {
  readonly #onBug: (detail: string) => void;

  constructor(onBug: (detail: string) => void) {
    this.#onBug = onBug;
  }

  of(process: string): Log {
    const look = (message: string, fields: Record<string, unknown> | undefined) => {
      const { error } = fields ?? {};
      if (error === undefined || isExpected(error)) return;
      const stack = error instanceof Error ? error.stack : undefined;
      this.#onBug(`${process}: ${message}: ${stack ?? messageOf(error)}`);
    };
    return { ...silentLog, error: look, warn: look } as Log;
  }
}

/** Errors with a code, ends that were asked for, and texts of such errors. */
function isExpected(error: unknown): boolean {
  if (typeof error === 'string') return true;
  if (isCounterfoilError(error)) return error.code !== 'internal.unexpected';
  return error instanceof Error && /lease/.test(error.message);
}
