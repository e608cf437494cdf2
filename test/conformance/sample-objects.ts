import { registry } from '../../src/connectors/registry.ts';
import type { RecordRef, SourceRecord, Stream, StreamContext } from '../../src/connectors/sdk/index.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { ObjectSample } from './sample.ts';
import type { SampleOutcome } from './sample-outcome.ts';

const stripe = registry.source('stripe');
const ACCOUNT = 'acct_samples';
const NOW = Date.UTC(2026, 10, 20);
const CONTEXT: StreamContext = { accountId: ACCOUNT, now: NOW, since: 0, oldestOpenAt: null };

/** Objects that a stream lists. */
const STREAM_OF: Readonly<Record<string, string>> = {
  balance_transaction: 'balance_transactions',
  'checkout.session': 'checkout_sessions',
  dispute: 'disputes',
  invoice: 'invoices',
  invoice_payment: 'invoice_payments',
  payout: 'payouts',
};

/** Objects that move the balance: what the row says whose source they are. */
const MOVED_BY: Readonly<
  Record<string, { readonly type: string; readonly category: string; readonly amount: number }>
> = {
  application_fee: { type: 'application_fee', category: 'platform_earning', amount: 100 },
  charge: { type: 'charge', category: 'charge', amount: 100 },
  dispute: { type: 'adjustment', category: 'dispute', amount: -1_000 },
  payout: { type: 'payout', category: 'payout', amount: -1_100 },
  refund: { type: 'refund', category: 'refund', amount: -100 },
  transfer: { type: 'transfer', category: 'transfer', amount: -1_100 },
};

/** Objects that the connector never asks for. */
const NO_STREAM: Readonly<Record<string, string>> = {
  balance: 'balance transactions say what moved',
  coupon: 'the lines of an invoice say what it took off',
  credit_note: 'the invoice that it changes is read again',
  customer: 'charges and invoices carry who it is',
  invoiceitem: 'it is part of an invoice',
  line_item: 'it is part of an invoice',
  payment_intent: 'its charge is told of by a balance transaction',
  price: 'the lines of an invoice say what was sold',
  product: 'the lines of an invoice say what was sold',
  subscription: 'its invoices are read',
  tax_id: 'it is not part of the books',
  tax_rate: 'the lines of an invoice say what the tax was',
};

/** What becomes of each recorded object when Stripe answers with it; objects of other providers have no reader. */
export function objectOutcomes(samples: readonly ObjectSample[]): readonly SampleOutcome[] {
  const ofStripe = samples.filter(({ provider }) => provider === 'stripe');
  const row = ofStripe.find(({ name }) => name === 'balance_transaction')!.body as unknown as Json;
  const records = ofStripe.flatMap((sample) => recordsOf(sample, row));
  return samples.map((sample) =>
    sample.provider === 'stripe'
      ? outcomeOf(sample, recordsOf(sample, row), records)
      : { sample, outcome: 'unknown', reason: 'no reader: a connection is made with a token' },
  );
}

/** The object as a page of its list, and as the source of a balance transaction. */
function recordsOf({ name, body }: ObjectSample, row: Json): readonly SourceRecord[] {
  const object = body as unknown as Json;
  const listed = Object.hasOwn(STREAM_OF, name) ? readPage(STREAM_OF[name]!, object) : [];
  return Object.hasOwn(MOVED_BY, name)
    ? [...listed, ...readPage('balance_transactions', movement(name, object, row))]
    : listed;
}

function movement(name: string, source: Json, row: Json): Json {
  const { type, category, amount } = MOVED_BY[name]!;
  const changed = { id: `txn_of_${name}`, type, reporting_category: category, amount, net: amount, source };
  return { ...(row as Readonly<Record<string, Json>>), ...changed };
}

function readPage(name: string, object: Json): readonly SourceRecord[] {
  const stream: Stream = stripe.streams.find((one) => one.name === name)!;
  const cursor = stream.open(CONTEXT, null);
  return stream.read(CONTEXT, cursor, { object: 'list', url: '/v1/rows', has_more: false, data: [object] }).records;
}

function outcomeOf(sample: ObjectSample, own: readonly SourceRecord[], all: readonly SourceRecord[]): SampleOutcome {
  if (own.length === 0) return withoutRecord(sample);
  const read = own.map((record) => stripe.normalise(record, { accountId: ACCOUNT, related: (ref) => find(all, ref) }));
  const problems = read.flatMap((one) => one.problems).map(({ field, detail }) => `${field}: ${detail}`);
  if (read.some(({ facts }) => facts.length > 0)) return { sample, outcome: 'normalised', reason: problems[0] ?? null };
  if (problems.length > 0) return { sample, outcome: 'unknown', reason: problems.join('; ') };
  return { sample, outcome: 'accepted', reason: null };
}

function find(records: readonly SourceRecord[], { stream, externalId }: RecordRef): SourceRecord | null {
  const isIt = (one: SourceRecord) => one.externalId === externalId || one.aliases.includes(externalId);
  return records.find((one) => one.stream === stream && isIt(one)) ?? null;
}

/** Objects that are read otherwise, or not at all. */
function withoutRecord(sample: ObjectSample): SampleOutcome {
  const { name, body } = sample;
  const object = body as unknown as Json;
  const accepted = { sample, outcome: 'accepted', reason: null } as const;
  if (name === 'account' && stripe.identify.read(object).length === 1) return accepted;
  if (name === 'webhook_endpoint' && listsEndpoint(object)) return accepted;
  if (name === 'event') {
    const delivery = { body: Buffer.from(JSON.stringify(body)), headers: {}, url: '' };
    const [event] = stripe.webhook.parse(delivery);
    return event?.ignoredBecause == null ? accepted : { sample, outcome: 'unknown', reason: event.ignoredBecause };
  }
  if (!Object.hasOwn(NO_STREAM, name)) throw new Error(`${sample.source} vanishes: nothing reads a ${name}`);
  return { sample, outcome: 'unknown', reason: `no stream: ${NO_STREAM[name]}` };
}

function listsEndpoint(endpoint: Json): boolean {
  const list = { object: 'list', url: '/v1/webhook_endpoints', has_more: false, data: [endpoint] };
  return stripe.registration!.findIn(list, 'https://').length === 1;
}
