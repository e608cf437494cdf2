import { base64, hex, hmacSha256 } from '../../src/kernel/digest.ts';
import { writeJson } from '../../src/kernel/json.ts';
import { Chance } from './chance.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { BODIES, cloudEvents, plainEvent, type Subject, type WebhookProvider } from './webhook-bodies.ts';

/** An address whose secret we know. */
export interface FuzzEndpoint extends Subject {
  readonly provider: WebhookProvider;
  readonly path: string;
  readonly secret: string;
}

/** Name of the operation of a provider's webhook; it is not in the description of the API. */
export function webhookOperation(provider: WebhookProvider): string {
  return `webhook.${provider}`;
}

const MB = 1024 ** 2;
const KINDS = Object.keys(BODIES);
/** Big ones are tried once in so many cases. */
const ROUND = 100;
const TYPES = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  ';;',
  'application/json; charset=utf-16',
];

interface Draft {
  readonly kind: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowed: readonly number[];
  readonly method?: string;
  readonly path?: string;
}

/** The case of that number: the same whenever it is asked for. */
export function webhookCase(endpoint: FuzzEndpoint, seed: number, index: number): FuzzCase {
  const operation = webhookOperation(endpoint.provider);
  const chance = new Chance(seed, operation, index);
  const { kind, body, headers, allowed, method, path } = draft(endpoint, chance, index);
  const contentType = chance.chance(0.8)
    ? { 'content-type': 'application/json' }
    : { 'content-type': chance.pick(TYPES) };
  return {
    operation,
    index,
    kind,
    method: method ?? 'POST',
    url: path ?? endpoint.path,
    headers: { ...contentType, ...headers },
    body,
    allowed,
  };
}

function draft(endpoint: FuzzEndpoint, chance: Chance, index: number): Draft {
  const place = index % ROUND;
  if (place < BIG.length) return BIG[place]!(endpoint, chance);
  // Every fifth is not signed as it should be.
  if (index % 5 === 4) return chance.pick(UNSIGNED)(endpoint, chance);
  const kind = KINDS[(index + Math.floor(index / ROUND)) % KINDS.length]!;
  return signed(endpoint, kind, BODIES[kind]!(chance, endpoint.provider, endpoint));
}

function signed(endpoint: FuzzEndpoint, kind: string, body: Uint8Array): Draft {
  return { kind, body, headers: signature(endpoint, body, endpoint.now), allowed: [200] };
}

function signature({ provider, secret }: FuzzEndpoint, body: Uint8Array, at: number): Record<string, string> {
  if (provider === 'stripe') return { 'stripe-signature': `t=${at},v1=${hex(hmacSha256(secret, `${at}.`, body))}` };
  if (provider === 'btcpay') return { 'btcpay-sig': `sha256=${hex(hmacSha256(secret, body))}` };
  return { 'intuit-signature': base64(hmacSha256(secret, body)) };
}

/** The plain event, filled up to a size by a field that nobody reads. */
function sized(endpoint: FuzzEndpoint, chance: Chance, size: number): Uint8Array {
  const event = { ...(plainEvent(endpoint.provider, chance, endpoint) as object), filler: '' };
  const length = Buffer.byteLength(writeJson(event));
  return Buffer.from(writeJson({ ...event, filler: 'x'.repeat(size - length) }));
}

type MakeDraft = (endpoint: FuzzEndpoint, chance: Chance) => Draft;

const BIG: readonly MakeDraft[] = [
  (endpoint, chance) => signed(endpoint, 'body_of_4_9_mb', sized(endpoint, chance, Math.floor(4.9 * MB))),
  (endpoint, chance) => ({
    ...signed(endpoint, 'body_of_5_1_mb', sized(endpoint, chance, Math.floor(5.1 * MB))),
    allowed: [413],
  }),
  (endpoint, chance) =>
    signed(endpoint, 'ten_thousand_events', Buffer.from(writeJson(cloudEvents(chance, endpoint.accountId, 10_000)))),
  (endpoint, chance) => signed(endpoint, 'noise_of_4_9_mb', chance.bytes(Math.floor(4.9 * MB))),
];

/** A header that is not the signature; what QuickBooks or BTCPay refuse with 401, Stripe refuses with 400. */
const UNSIGNED: readonly MakeDraft[] = [
  (endpoint, chance) => unsigned('no_signature', endpoint, chance, () => ({})),
  (endpoint, chance) =>
    unsigned('signed_by_another', endpoint, chance, (body) =>
      signature({ ...endpoint, secret: 'another' }, body, endpoint.now),
    ),
  (endpoint, chance) =>
    unsigned('signed_something_else', endpoint, chance, (body) =>
      signature(endpoint, Buffer.concat([body, Buffer.from(' ')]), endpoint.now),
    ),
  (endpoint, chance) =>
    unsigned('odd_signature', endpoint, chance, () => {
      const odd = chance.pick([
        '',
        ',',
        '=',
        't=',
        't=1,v1=',
        'v1=00',
        't=-1,v1=00',
        `t=1${',v1=00'.repeat(500)}`,
        'sha256=',
        'x'.repeat(4_000),
        '\u00e9\u00ff',
      ]);
      return { 'stripe-signature': odd, 'btcpay-sig': odd, 'intuit-signature': odd };
    }),
  (endpoint, chance) => {
    const body = Buffer.from(writeJson(plainEvent(endpoint.provider, chance, endpoint)));
    // Only Stripe signs the time.
    const allowed = endpoint.provider === 'stripe' ? [400] : [200];
    return { kind: 'old_signature', body, headers: signature(endpoint, body, endpoint.now - 4_000), allowed };
  },
  (endpoint, chance) => ({
    ...unsigned('unknown_address', endpoint, chance, (body) => signature(endpoint, body, endpoint.now)),
    path: `/webhooks/${chance.pick([endpoint.provider, 'nobody', '__proto__', '%00', '%ff'])}/${chance.pick([chance.letters(52), '%00', '%2e%2e', 'x'.repeat(500)])}`,
    allowed: [404],
  }),
  (endpoint, chance) => ({
    ...unsigned('another_method', endpoint, chance, (body) => signature(endpoint, body, endpoint.now)),
    method: chance.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    allowed: [404],
  }),
];

function unsigned(
  kind: string,
  endpoint: FuzzEndpoint,
  chance: Chance,
  headersOf: (body: Uint8Array) => Record<string, string>,
): Draft {
  const body = Buffer.from(writeJson(plainEvent(endpoint.provider, chance, endpoint)));
  return { kind, body, headers: headersOf(body), allowed: [endpoint.provider === 'stripe' ? 400 : 401] };
}
