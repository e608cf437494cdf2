import { CounterfoilError } from '../../kernel/errors.ts';
import { type Json, parseJson } from '../../kernel/json.ts';
import type { RawDelivery } from './webhook.ts';

/** The JSON of a delivery. Throws TypeError when it is not UTF-8, SyntaxError or RangeError as {@link parseJson} does. */
export function bodyOf({ body }: RawDelivery): Json {
  return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
}

/** {@link bodyOf} for a delivery whose signature is good. Throws `webhook.unparsable`. */
export function readBody(delivery: RawDelivery): Json {
  try {
    return bodyOf(delivery);
  } catch (cause) {
    throw unparsable('the body is no JSON', cause);
  }
}

/** A delivery that is the provider's but cannot be read: it becomes a dead letter. */
export function unparsable(detail: string, cause?: unknown): CounterfoilError {
  return new CounterfoilError('webhook.unparsable', { detail, cause });
}
