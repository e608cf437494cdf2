import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { base64, hex, hmacSha256 } from '../kernel/digest.ts';
import { btcpayWebhook } from './btcpay/webhook.ts';
import { webhook as quickbooksWebhook } from './quickbooks/webhook.ts';
import type { RawDelivery, WebhookSpec } from './sdk/index.ts';
import { stripeWebhook } from './stripe/webhook.ts';

const NOW = Date.UTC(2026, 2, 1);
const NOW_S = NOW / 1_000;

interface Signer {
  readonly spec: WebhookSpec;
  readonly header: string;
  readonly sign: (secret: string, body: Uint8Array, at: number) => string;
}

const SIGNERS: Readonly<Record<'stripe' | 'btcpay' | 'quickbooks', Signer>> = {
  stripe: {
    spec: stripeWebhook,
    header: 'stripe-signature',
    sign: (secret, body, at) => `t=${at},v1=${hex(hmacSha256(secret, `${at}.`, body))}`,
  },
  btcpay: {
    spec: btcpayWebhook,
    header: 'btcpay-sig',
    sign: (secret, body) => `sha256=${hex(hmacSha256(secret, body))}`,
  },
  quickbooks: {
    spec: quickbooksWebhook,
    header: 'intuit-signature',
    sign: (secret, body) => base64(hmacSha256(secret, body)),
  },
};

const signer = fc.constantFrom(...Object.values(SIGNERS));
const secret = fc.string({ minLength: 1, maxLength: 64 }).filter((text) => text.trim() !== '');
const body = fc.uint8Array({ minLength: 1, maxLength: 200 });
const age = fc.integer({ min: -1_000, max: 299 });

const delivery = (header: string, value: string, bytes: Uint8Array): RawDelivery => ({
  body: bytes,
  headers: { [header]: value },
  url: 'https://hub.example.com/webhooks/x/',
});

function withoutBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = Math.floor(bit / 8) % changed.length;
  changed[at] = changed[at]! ^ (1 << (bit % 8));
  return changed;
}

/** The text with one bit of one character changed, as UTF-16 knows it. */
function otherText(text: string, bit: number): string {
  const at = Math.floor(bit / 7) % text.length;
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 7))) + text.slice(at + 1);
}

property(
  'signature: what is signed with one of the secrets is accepted, whatever the bytes',
  [signer, secret, fc.array(secret, { maxLength: 2 }), body, age],
  ({ spec, header, sign }, key, others, bytes, old) => {
    const sent = delivery(header, sign(key, bytes, NOW_S - old), bytes);
    expect(spec.verify(sent, [...others, key], NOW)).toEqual({ ok: true });
  },
);

property(
  'signature: one changed bit of the body is refused',
  [signer, secret, body, fc.nat()],
  ({ spec, header, sign }, key, bytes, bit) => {
    const sent = delivery(header, sign(key, bytes, NOW_S), withoutBit(bytes, bit));
    expect(spec.verify(sent, [key], NOW)).toMatchObject({ ok: false, code: 'webhook.bad_signature' });
  },
);

property(
  'signature: another secret is refused',
  [signer, secret, body, fc.nat()],
  ({ spec, header, sign }, key, bytes, bit) => {
    const other = otherText(key, bit);
    // HMAC pads a key with zero bytes, and UTF-8 has one replacement for every half of a character.
    if (other.replace(/\0+$/, '') === key.replace(/\0+$/, '') || !other.isWellFormed() || !key.isWellFormed()) return;
    const sent = delivery(header, sign(key, bytes, NOW_S), bytes);
    expect(spec.verify(sent, [other], NOW)).toMatchObject({ ok: false, code: 'webhook.bad_signature' });
  },
);

property(
  'signature: one changed bit of the header is refused',
  [signer, secret, body, fc.nat()],
  ({ spec, header, sign }, key, bytes, bit) => {
    const value = otherText(sign(key, bytes, NOW_S), bit);
    expect(spec.verify(delivery(header, value, bytes), [key], NOW).ok).toBe(false);
  },
);

property(
  'signature: without a header, or with any other text, nothing is accepted',
  [signer, secret, body, fc.string({ unit: 'binary' })],
  ({ spec, header }, key, bytes, text) => {
    expect(spec.verify(delivery(header, text, bytes), [key], NOW).ok).toBe(false);
    expect(spec.verify(delivery('x-other', text, bytes), [key], NOW).ok).toBe(false);
  },
);

property(
  'signature: an empty secret opens no door',
  [signer, body, fc.constantFrom('', ' ', '\t')],
  ({ spec, header, sign }, bytes, blank) => {
    const sent = delivery(header, sign(blank.trim(), bytes, NOW_S), bytes);
    expect(spec.verify(sent, [blank.trim()], NOW).ok).toBe(false);
    expect(spec.verify(sent, [], NOW).ok).toBe(false);
  },
);

property(
  'signature: a signed time is good for five minutes and not a second more',
  [secret, body, fc.integer({ min: 0, max: 100_000 })],
  (key, bytes, old) => {
    const { spec, header, sign } = SIGNERS.stripe;
    const verdict = spec.verify(delivery(header, sign(key, bytes, NOW_S - old), bytes), [key], NOW);
    expect(verdict).toMatchObject(old <= 300 ? { ok: true } : { ok: false, code: 'webhook.stale' });
  },
);

property(
  'signature: a time that was changed is refused',
  [secret, body, fc.integer({ min: 1, max: 10_000 })],
  (key, bytes, later) => {
    const { spec, header, sign } = SIGNERS.stripe;
    const value = sign(key, bytes, NOW_S - later).replace(/^t=\d+/, `t=${NOW_S}`);
    expect(spec.verify(delivery(header, value, bytes), [key], NOW)).toMatchObject({ code: 'webhook.bad_signature' });
  },
);
