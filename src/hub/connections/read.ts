import type { ProviderRequest } from '../../connectors/sdk/index.ts';
import { backoff_ms } from '../../kernel/backoff.ts';
import { type CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { type AskOptions, askJson } from './ask.ts';
import type { WorkDoors } from './doors.ts';
import type { Caller } from './tokens.ts';

/** A read is asked this often before its turn ends: one lost answer in a row of many must not cost the row. */
const READ_TRIES = 4;
/** A provider that asks to be left alone for longer than this ends the turn. */
const WAIT_AT_MOST_MS = 5_000;

/**
 * A call that changes nothing, asked again after a failure that may pass: reading twice is harmless, so here the verb
 * retries within its turn. Never for a write.
 */
export async function readJson(
  doors: WorkDoors,
  caller: Caller,
  request: ProviderRequest,
  options: AskOptions,
): Promise<Json> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askJson(doors, caller, request, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      const wait = isCounterfoilError(error) ? waitFor(error, attempt, doors) : null;
      if (wait === null || attempt >= READ_TRIES) throw error;
      await doors.clock.sleep(wait, options.signal);
    }
  }
}

/** Milliseconds until the next try, or null when it would be of no use. */
function waitFor(error: CounterfoilError, attempt: number, { random }: WorkDoors): number | null {
  if (error.code === 'provider.breaker_open') return null;
  const wait = error.retryAfter_ms ?? backoff_ms(attempt, random);
  const mayPass = error.kind === 'retryable' || error.kind === 'throttled';
  return mayPass && wait <= WAIT_AT_MOST_MS ? wait : null;
}
