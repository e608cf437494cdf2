import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import type { OneRead, RecordRef, Stream, StreamContext } from '../sdk/index.ts';
import { FOLLOWED_EVENTS } from './event-meaning.ts';
import { answering, type Lists, WEEK } from './fixtures/account.ts';
import { DAY_ONE, event, type Fields, invoice, invoicePayment, list, payout } from './fixtures/objects.ts';
import { readPass } from './fixtures/read-pass.ts';
import { stripeStreams } from './streams.ts';

const DAY = 86_400;
const context: StreamContext = {
  accountId: 'acct_1',
  now: (DAY_ONE + 3 * DAY) * 1_000,
  since: DAY_ONE * 1_000,
  oldestOpenAt: null,
};

function stream(name: string): Stream {
  return stripeStreams.find((one) => one.name === name)!;
}

function readOne(name: string, id: string, lists: Lists = WEEK): { read: OneRead; calls: number } {
  const [one, answer, bodies] = [stream(name).one!, answering(lists), [] as Json[]];
  for (let next = one.next(context, id, bodies); next !== null; next = one.next(context, id, bodies)) {
    bodies.push(answer(next));
  }
  return { read: one.read(context, id, bodies), calls: bodies.length };
}

test('what balance transactions look up is read before them', () => {
  expect(stripeStreams.map(({ name }) => name)).toEqual([
    'events',
    'invoices',
    'invoice_payments',
    'checkout_sessions',
    'payouts',
    'payout_items',
    'balance_transactions',
    'disputes',
  ]);
});

describe('the event stream', () => {
  const read = (events: readonly Fields[], at: StreamContext = context, from: Json | null = null) =>
    readPass(stream('events'), at, answering({ '/v1/events': events }), from);

  test('asks for every type that it follows, at most twenty in a call', () => {
    const { requests } = read([]);
    const asked = requests.map(({ query = [] }) =>
      query.filter(([name]) => name === 'types[]').map(([, type]) => type),
    );
    expect(asked.flat()).toEqual(FOLLOWED_EVENTS);
    for (const types of asked) expect(types.length).toBeLessThanOrEqual(20);
  });

  test('brings no records, only what is worth reading again, each once', () => {
    const made = { created: DAY_ONE - DAY };
    const { records, follow } = read([
      event('evt_1', 'invoice.updated', invoice(made)),
      event('evt_2', 'invoice.paid', invoice(made)),
      event('evt_3', 'charge.dispute.closed', { id: 'du_1', ...made }),
      event('evt_4', 'credit_note.voided', { id: 'cn_1', invoice: 'in_7', ...made }),
    ]);
    expect(records).toEqual([]);
    expect(new Set(follow.map(({ stream: name, externalId }) => `${name}/${externalId}`))).toEqual(
      new Set(['invoices/in_1', 'invoices/in_7', 'disputes/du_1']),
    );
  });

  test('follows on the first pass only what the lists do not bring anyway', () => {
    const events = [
      event('evt_1', 'invoice.paid', invoice({ id: 'in_new', created: DAY_ONE + 1 }), DAY_ONE + 5),
      event('evt_2', 'invoice.paid', invoice({ id: 'in_old', created: DAY_ONE - 1 }), DAY_ONE + 5),
    ];
    const first = read(events);
    expect(first.follow).toEqual([{ stream: 'invoices', externalId: 'in_old' }]);
    const soon = { ...context, now: context.now + 1_000 };
    const again = read(
      [event('evt_3', 'invoice.voided', invoice({ id: 'in_new' }), DAY_ONE + 3 * DAY)],
      soon,
      first.checkpoint,
    );
    expect(again.follow).toEqual([{ stream: 'invoices', externalId: 'in_new' }]);
  });

  test('follows an event once, however often it is listed', () => {
    const made = { created: DAY_ONE - DAY };
    const one = event('evt_1', 'invoice.updated', invoice(made), DAY_ONE + 2 * DAY);
    const first = read([one]);
    expect(first.follow).toHaveLength(1);
    const later = { ...context, now: context.now + 60_000 };
    const again = read([one], later, first.checkpoint);
    expect(again.follow).toEqual([]);
    // Whatever comes late within the last minutes is followed, and so is the same object's next event.
    const late = event('evt_0', 'charge.dispute.closed', { id: 'du_1', ...made }, DAY_ONE + 2 * DAY - 300);
    const next = event('evt_2', 'invoice.paid', invoice(made), DAY_ONE + 2 * DAY);
    const third = read([next, one, late], later, again.checkpoint);
    expect(third.follow).toEqual([
      { stream: 'invoices', externalId: 'in_1' },
      { stream: 'disputes', externalId: 'du_1' },
    ]);
    // What the next pass does not list again is not remembered.
    const much = event('evt_3', 'invoice.voided', invoice(made), DAY_ONE + 2 * DAY + 700);
    expect(read([much, next, one, late], later, third.checkpoint).checkpoint).toMatchObject({
      seen: [['evt_3', DAY_ONE + 2 * DAY + 700]],
    });
  });

  test('never asks further back than Stripe keeps events', () => {
    const late = { ...context, now: (DAY_ONE + 90 * DAY) * 1_000 };
    for (const from of [null, read([]).checkpoint]) {
      for (const { query } of read([], late, from).requests) {
        expect(Number(new Map(query).get('created[gte]'))).toBe(DAY_ONE + 60 * DAY);
      }
    }
  });
});

describe('payouts', () => {
  test('are followed to their items once these are complete', () => {
    const follow = (fields: Fields): readonly RecordRef[] =>
      readOne('payouts', 'po_1', { '/v1/payouts': [payout(fields)] }).read.follow;
    expect(follow({})).toEqual([{ stream: 'payout_items', externalId: 'po_1' }]);
    expect(follow({ reconciliation_status: 'in_progress' })).toEqual([]);
    expect(follow({ automatic: false })).toEqual([]);
  });

  test('items come page by page, and their movements come along', () => {
    const { read, calls } = readOne('payout_items', 'po_1');
    expect(calls).toBe(3);
    const [items, ...rows] = read.records;
    expect(items).toMatchObject({ stream: 'payout_items', externalId: 'po_1', settled: true });
    expect(items?.body).toMatchObject({
      payout: 'po_1',
      items: expect.arrayContaining([
        { id: 'txn_charge', net: 10_481, currency: 'usd', created: DAY_ONE + 1, type: 'charge', source: 'ch_1' },
      ]),
    });
    expect(rows.map(({ stream: name }) => name)).toEqual(Array(5).fill('balance_transactions'));
    expect(rows.map(({ externalId }) => externalId)).toContain('txn_dispute');
  });

  test('items are asked for by payout, with their sources', () => {
    expect(stream('payout_items').one!.next(context, 'po_1', [])).toMatchObject({
      path: '/v1/balance_transactions',
      query: [
        ['limit', '100'],
        ['payout', 'po_1'],
        ['expand[]', 'data.source'],
      ],
    });
    expect(stream('payout_items').open(context, null)).toBeNull();
  });

  test('items without end are refused', () => {
    const endless = Array.from({ length: 1_000 }, () => list([{ id: 'txn_1' }], true));
    expect(() => stream('payout_items').one!.next(context, 'po_1', endless)).toThrow(
      expect.objectContaining({ code: 'record.unreadable' }),
    );
  });
});

describe('invoices', () => {
  test('with many lines are read with all of them', () => {
    const { read, calls } = readOne('invoices', 'in_long');
    expect(calls).toBe(3);
    expect(read.records[0]?.body).toMatchObject({ lines: { has_more: false } });
    const { lines } = read.records[0]!.body as { lines: { data: { id: string }[] } };
    expect(lines.data.map(({ id }) => id).toSorted()).toEqual(['il_1', 'il_2', 'il_3', 'il_4']);
  });

  test('with few lines take one call', () => {
    expect(readOne('invoices', 'in_1').calls).toBe(1);
  });

  test('are found by what pays them', () => {
    const byCharge = {
      ...WEEK,
      '/v1/invoice_payments': [invoicePayment({ payment: { type: 'charge', charge: 'ch_1' } })],
    };
    expect(readOne('invoice_payments', 'inpay_1').read.records[0]?.aliases).toEqual(['pi_2']);
    expect(readOne('invoice_payments', 'inpay_1', byCharge).read.records[0]?.aliases).toEqual(['ch_1']);
  });
});
