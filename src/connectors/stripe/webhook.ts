import { constantTimeEqual, hex, hmacSha256 } from '../../kernel/digest.ts';
import type { Json } from '../../kernel/json.ts';
import {
  bodyOf,
  fieldOf,
  instantOrNull,
  isObject,
  readBody,
  type SourceEvent,
  secondsOf,
  textOf,
  unparsable,
  type Verdict,
  type WebhookSpec,
} from '../sdk/index.ts';
import { meaningOf } from './event-meaning.ts';
import { SIGNATURE_TOLERANCE_S } from './limits.ts';

const HEADER = 'stripe-signature';
/** More signatures than two secrets in rotation make; the rest is not looked at. */
const MOST_SIGNATURES = 10;
/** Stripe only cares that the answer is not 2xx; 400 is what its own documentation uses. */
const REFUSED_STATUS = 400;

export const stripeWebhook: WebhookSpec = {
  verify(delivery, secrets, now) {
    const signed = readHeader(delivery.headers[HEADER] ?? '');
    if (signed === null || !isSigned(signed, delivery.body, secrets)) return refused('webhook.bad_signature');
    // Only after the signature: an unsigned probe learns nothing about our clock. The future is not refused.
    return Math.floor(now / 1_000) - signed.at > SIGNATURE_TOLERANCE_S ? refused('webhook.stale') : { ok: true };
  },

  dedupeKey(delivery) {
    try {
      return textOf(bodyOf(delivery), 'id');
    } catch {
      return null;
    }
  },

  parse(delivery) {
    const body = readBody(delivery);
    const event = fieldOf(body, 'object') === 'v2.core.event' ? thinEvent(body) : snapshotEvent(body);
    if (event === null) throw unparsable('the body is no event');
    return [event];
  },
};

interface Signed {
  readonly at: number;
  readonly timestamp: string;
  readonly signatures: readonly string[];
}

function readHeader(header: string): Signed | null {
  const parts = header.split(',').map((part) => part.trim().split('=', 2));
  const timestamp = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return null;
  const signatures = parts.flatMap(([name, value]) => (name === 'v1' && value ? [value] : []));
  return { at: Number(timestamp), timestamp, signatures: signatures.slice(0, MOST_SIGNATURES) };
}

function isSigned({ timestamp, signatures }: Signed, body: Uint8Array, secrets: readonly string[]): boolean {
  // The key is the whole `whsec_…` text. A blank one would accept whatever anybody signs with nothing.
  const usable = secrets.filter((secret) => secret.trim() !== '');
  const wanted = usable.map((secret) => hex(hmacSha256(secret, `${timestamp}.`, body)));
  return wanted.some((digest) => signatures.some((signature) => constantTimeEqual(digest, signature)));
}

function snapshotEvent(body: Json): SourceEvent | null {
  const [id, type, created] = [textOf(body, 'id'), textOf(body, 'type'), secondsOf(body, 'created')];
  const object = fieldOf(fieldOf(body, 'data'), 'object');
  if (id === null || type === null || created === null || !isObject(object)) return null;
  const accountId = textOf(body, 'account');
  return { dedupeKey: id, type, occurredAt: created * 1_000, accountId, ...meaningOf(type, object) };
}

function thinEvent(body: Json): SourceEvent | null {
  const [id, type] = [textOf(body, 'id'), textOf(body, 'type')];
  if (id === null || type === null) return null;
  const created = Date.parse(textOf(body, 'created') ?? '');
  return {
    dedupeKey: id,
    type,
    occurredAt: instantOrNull(created),
    accountId: textOf(body, 'context'),
    // The related object carries no fields but its id, so nothing else is read from it.
    ...meaningOf(type.replace(/^v1\./, ''), { id: fieldOf(fieldOf(body, 'related_object'), 'id') }),
  };
}

function refused(code: 'webhook.bad_signature' | 'webhook.stale'): Verdict {
  return { ok: false, code, status: REFUSED_STATUS };
}
