import { DAY_SECONDS } from '../../core/calendar.ts';
import type { StripeContext } from '../context.ts';
import type { StoredAnswer } from '../state.ts';
import { StripeError } from './errors.ts';

/** Stripe forgets a key after a day. */
const KEPT_SECONDS = DAY_SECONDS;
const MAX_KEY_LENGTH = 255;

/** The stored answer for a key; an error when the key was used for something else. */
export function storedAnswer(context: StripeContext, key: string, request: string): StoredAnswer | null {
  if (key.length > MAX_KEY_LENGTH) {
    throw new StripeError(400, {
      type: 'invalid_request_error',
      message: `Idempotency keys are at most ${MAX_KEY_LENGTH} characters long.`,
    });
  }
  const stored = context.state.idempotent.get(key);
  if (!stored || context.now() - stored.at >= KEPT_SECONDS) return null;
  if (stored.request === request) return stored;
  throw new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Key '${key}' was not.`,
  });
}

/** Keeps the answer and lets go of the ones that are too old. */
export function storeAnswer(context: StripeContext, key: string, answer: StoredAnswer): void {
  for (const [old, { at }] of context.state.idempotent) {
    if (answer.at - at < KEPT_SECONDS) break;
    context.state.idempotent.delete(old);
  }
  context.state.idempotent.delete(key);
  context.state.idempotent.set(key, answer);
}
