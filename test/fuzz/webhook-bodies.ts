import { type Json, writeJson } from '../../src/kernel/json.ts';
import { oddText, oddValue, pathsIn, replaced, spoiled } from '../support/odd-json.ts';
import type { Chance } from './chance.ts';

export type WebhookProvider = 'stripe' | 'btcpay' | 'quickbooks';

/** Who the events speak of. */
export interface Subject {
  readonly accountId: string;
  /** Unix seconds. */
  readonly now: number;
}

/** A body as the provider sends it, with an id of its own and types that lead to reading or comparing. */
export function plainEvent(provider: WebhookProvider, chance: Chance, { accountId, now }: Subject): Json {
  const id = chance.letters(24);
  if (provider === 'stripe') {
    const [type, object] = chance.pick(STRIPE_TYPES);
    const data = { object: { id: `${object}_${chance.letters(12)}`, object, invoice: `in_${chance.letters(12)}` } };
    return { id: `evt_${id}`, object: 'event', type, created: now - chance.int(0, 99), account: accountId, data };
  }
  if (provider === 'btcpay') {
    const type = chance.pick(['InvoiceSettled', 'InvoiceReceivedPayment', 'InvoiceExpired', 'PayoutCreated']);
    const common = { type, timestamp: now - chance.int(0, 99), storeId: accountId, invoiceId: chance.letters(22) };
    return { deliveryId: id, originalDeliveryId: id, webhookId: 'w1', isRedelivery: false, ...common };
  }
  return chance.chance(0.5) ? cloudEvents(chance, accountId, chance.int(1, 5)) : legacyEvents(chance, accountId);
}

const STRIPE_TYPES = [
  ['charge.succeeded', 'ch'],
  ['charge.dispute.created', 'dp'],
  ['payout.paid', 'po'],
  ['invoice.paid', 'in'],
  ['invoice_payment.paid', 'inpay'],
  ['credit_note.created', 'cn'],
  ['checkout.session.completed', 'cs'],
  ['customer.created', 'cus'],
] as const;
const ENTITIES = ['invoice', 'payment', 'salesreceipt', 'deposit', 'customer', 'account', 'estimate', 'nothingknown'];
const VERBS = ['created', 'updated', 'deleted', 'voided', 'merged', 'emailed', 'exploded'];

export function cloudEvents(chance: Chance, companyId: string, count: number): Json {
  return Array.from({ length: count }, () => ({
    specversion: '1.0',
    id: chance.letters(20),
    source: 'intuit.made-up',
    type: `qbo.${chance.pick(ENTITIES)}.${chance.pick(VERBS)}.v1`,
    time: '2026-10-15T12:00:00Z',
    intuitentityid: String(chance.int(1, 9_999)),
    intuitaccountid: companyId,
  }));
}

function legacyEvents(chance: Chance, companyId: string): Json {
  const entities = Array.from({ length: chance.int(1, 4) }, () => ({
    name: chance.pick(['Invoice', 'Payment', 'Customer', 'Nothing']),
    id: String(chance.int(1, 9_999)),
    operation: chance.pick(['Create', 'Update', 'Delete', 'Void', 'Explode']),
    lastUpdated: '2026-10-15T12:00:00.000Z',
  }));
  return { eventNotifications: [{ realmId: companyId, dataChangeEvent: { entities } }] };
}

type MakeBody = (chance: Chance, provider: WebhookProvider, subject: Subject) => Uint8Array;

const bytes = (text: string): Uint8Array => Buffer.from(text);
const json = (value: Json): Uint8Array => bytes(writeJson(value));

/** The plain event with the values at one to three places replaced. */
function withOdd(next: (chance: Chance) => Json): MakeBody {
  return (chance, provider, subject) => {
    let value = plainEvent(provider, chance, subject);
    for (let times = chance.int(1, 3); times > 0; times -= 1) {
      const texts = pathsIn(value).filter((path) => typeof valueAt(value, path) === 'string');
      value = texts.length === 0 ? value : replaced(value, chance.pick(texts), next(chance));
    }
    return json(value);
  };
}

function valueAt(value: Json, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);
}

/** The text of the plain event with something done to it that JSON.stringify would not do. */
function asText(change: (text: string, chance: Chance) => string): MakeBody {
  return (chance, provider, subject) => bytes(change(writeJson(plainEvent(provider, chance, subject)), chance));
}

const TIMES = [
  '-1',
  '0',
  '-62135596800',
  '253402300799',
  '253402300800',
  '999999999999999',
  '1e400',
  '-0',
  '1.5',
  'null',
  '"NaN"',
  '"tomorrow"',
  '"+275760-09-13T00:00:00Z"',
  '"-000001-01-01T00:00:00Z"',
  '"0000-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59+23:59"',
];
const ODD_IDS = [
  '..',
  '.',
  '../../v1/account',
  '%2e%2e',
  '?a=b',
  '#',
  '//evil.example/',
  'a/b',
  ' ',
  '\t',
  "'; --",
  '__test__',
];

/** Ways to spoil a body that is signed all the same. */
export const BODIES: Readonly<Record<string, MakeBody>> = {
  as_sent: (chance, provider, subject) => json(plainEvent(provider, chance, subject)),
  parts_spoiled: (chance, provider, subject) => json(chance.from(spoiled(plainEvent(provider, chance, subject)))),
  odd_texts: withOdd((chance) => chance.from(oddText)),
  odd_values: withOdd((chance) => chance.from(oddValue)),
  nul: withOdd((chance) => `${chance.letters(chance.int(0, 5))}\0${chance.letters(3)}`),
  half_characters: withOdd((chance) => `${chance.letters(4)}${String.fromCharCode(chance.int(0xd800, 0xdfff))}`),
  long_texts: withOdd((chance) => chance.letters(chance.pick([255, 256, 2_700, 10_000]))),
  odd_ids: withOdd((chance) => chance.pick(ODD_IDS)),
  odd_times: asText((text, chance) =>
    text.replaceAll(
      /"(created|timestamp|time|lastUpdated)":("[^"]*"|\d+)/g,
      (_, key: string) => `"${key}":${chance.pick(TIMES)}`,
    ),
  ),
  odd_numbers: asText((text, chance) =>
    text.replaceAll(
      /:(\d+)/g,
      () => `:${chance.pick(['1e400', '-1e400', '-0', '1e-400', '9'.repeat(400), '0.1', '-1'])}`,
    ),
  ),
  unknown_types: asText((text, chance) =>
    text.replaceAll(/"type":"[^"]*"/g, `"type":${JSON.stringify(chance.from(oddText))}`),
  ),
  key_twice: asText((text) => text.replace('{', '{"id":"first","type":"first","id":{},')),
  key_of_prototype: asText((text, chance) => {
    const key = chance.pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    return text.replaceAll('{"', `{"${key}":{"id":"x","type":"y","admin":true},"`);
  }),
  deep: (chance) => {
    const depth = chance.pick([10, 63, 64, 65, 1_000, 100_000]);
    return bytes(`{"id":"${chance.letters(9)}","data":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  },
  no_text: (chance, provider, subject) => {
    const body = Uint8Array.from(json(plainEvent(provider, chance, subject)));
    body.set(
      chance.pick([[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80]]),
      chance.int(2, body.length - 5),
    );
    return body;
  },
  any_bytes: (chance) => chance.bytes(chance.int(0, 200)),
  any_json: (chance) => json(chance.from(oddValue)),
  cut_off: (chance, provider, subject) => {
    const body = json(plainEvent(provider, chance, subject));
    return body.subarray(0, chance.int(0, body.length - 1));
  },
  blank: (chance) => bytes(chance.pick(['', ' ', '\n', 'null', '0', '""', '[]', '{}', '\ufeff{}'])),
  mark_in_front: asText((text) => `\ufeff${text}`),
};
