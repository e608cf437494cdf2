import { type Clock, DeadlinePassed } from '../../kernel/clock.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { AddressPolicy } from '../transport/address.ts';
import { type Wire, type WireAnswer, WireFailure } from '../transport/wire.ts';

/** How a key service is reached. */
export interface KeyServiceDoors {
  readonly wire: Wire;
  readonly clock: Pick<Clock, 'sleep' | 'deadline'>;
  readonly random: Pick<Random, 'fraction'>;
}

export interface KeyServiceRequest {
  /** For messages: the service, the operation and the key. */
  readonly name: string;
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Wrapping a key takes a key service milliseconds; whoever waits may hold a transaction open. */
const TIMEOUT_MS = 3_000;
const TRIES = 4;
const BACKOFF_BASE_MS = 100;
const BACKOFF_CAP_MS = 2_000;
/** Bytes; a wrapped key has under 1,000. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Asks a key service, again after a pause when it is overloaded or silent: wrapping and unwrapping change nothing there.
 * Answers whatever it said in the end about the request itself.
 *
 * @throws CounterfoilError `vault.key_unavailable` when no try brought such an answer.
 */
export async function askKeyService(
  { wire, clock, random }: KeyServiceDoors,
  request: KeyServiceRequest,
  isOverloaded: (answer: WireAnswer) => boolean,
): Promise<WireAnswer> {
  const { name, ...sent } = request;
  let why = '';
  let cause: unknown;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (attempt > 1) await clock.sleep(pauseBefore_ms(attempt, random));
    const deadline = clock.deadline(TIMEOUT_MS);
    try {
      const answer = await wire.exchange(
        { ...sent, policy: policyOf(request.url), maxAnswerBytes: MAX_ANSWER_BYTES },
        deadline.signal,
      );
      if (answer.status < 500 && !isOverloaded(answer)) return answer;
      why = `it answered ${answer.status}`;
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      if (isCounterfoilError(error.cause)) throw error.cause;
      why = error.cause instanceof DeadlinePassed ? `no answer within ${TIMEOUT_MS} ms` : 'no connection';
      cause = error.cause;
    } finally {
      deadline.cancel();
    }
  }
  throw new CounterfoilError('vault.key_unavailable', {
    detail: `${name}: ${why}, ${TRIES} times. Nothing was changed.`,
    cause,
  });
}

/** Full jitter, so that processes that lost the service together do not come back together. */
function pauseBefore_ms(attempt: number, random: Pick<Random, 'fraction'>): number {
  return Math.ceil(random.fraction() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1)));
}

/** Keys travel in the clear inside of a request, so plain http goes no further than the own network. */
function policyOf({ protocol }: URL): AddressPolicy {
  return protocol === 'https:' ? 'public_or_private' : 'private';
}

/** The error for a request that the service understood and refused. */
export function keyRefused(name: string, why: string): CounterfoilError {
  return new CounterfoilError('vault.key_refused', { detail: `${name}: ${why}. Nothing was changed.` });
}
