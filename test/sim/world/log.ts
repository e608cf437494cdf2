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
      if (error === undefined || (isExpected(error) && !isKeyLost(error))) return;
      const stack = error instanceof Error ? error.stack : undefined;
      this.#onBug(`${process}: ${message}: ${stack ?? messageOf(error)}`);
    };
    return { ...silentLog, error: look, warn: look } as Log;
  }
}

/** What an exchange of keys must never lead to: a value whose key is gone, or is not at hand. */
export function isKeyLost(error: unknown): boolean {
  return isCounterfoilError(error) && KEY_LOST.has(error.code);
}

const KEY_LOST = new Set(['vault.key_wrong', 'vault.data_key_gone', 'vault.tampered', 'vault.misplaced']);

/** Errors with a code, ends that were asked for, and texts of such errors. */
function isExpected(error: unknown): boolean {
  if (typeof error === 'string') return true;
  if (isCounterfoilError(error)) return error.code !== 'internal.unexpected';
  return error instanceof Error && /lease/.test(error.message);
}
