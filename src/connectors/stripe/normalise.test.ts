import { describe, expect, test } from 'vitest';
import { money, subtract, sumMoney } from '../../kernel/money.ts';
import { balanceEffect } from '../../model/balance-effect.ts';
import type { Fact } from '../../model/facts.ts';
import { factsOf, readEverything, storeOf } from '../sdk/contract-kit.ts';
import { answering, WEEK } from './fixtures/account.ts';
import { meaningOf, record } from './fixtures/meaning.ts';
import { DAY_ONE, dispute, type Fields, invoice, line, payout, session } from './fixtures/objects.ts';
import { stripe } from './index.ts';
import { normaliseStripe } from './normalise.ts';

const usd = (minor: bigint) => money(minor, 'USD');

describe('a payout’s items', () => {
  const item = (id: string, net: number, fields: Fields = {}): Fields => ({
    id,
    net,
    currency: 'usd',
    created: DAY_ONE,
    type: 'charge',
    source: null,
    ...fields,
  });
  const own = (net: number) => item('txn_own', net, { type: 'payout', source: 'po_1', created: DAY_ONE + 7 });

  test('are its members without its own movement', () => {
    const { facts } = meaningOf('payout_items', {
      payout: 'po_1',
      items: [own(-300), item('txn_1', 400), item('txn_2', -100)],
    });
    expect(facts).toEqual([
      {
        kind: 'payout_items',
        source: { provider: 'stripe', accountId: 'acct_1', objectId: 'po_1' },
        occurredAt: (DAY_ONE + 7) * 1_000,
        references: { payout: 'po_1' },
        description: 'Items of Stripe payout po_1',
        payoutId: 'po_1',
        members: [
          { objectId: 'txn_1', net: usd(400n) },
          { objectId: 'txn_2', net: usd(-100n) },
        ],
      },
    ]);
  });

  test('of a debit sum to a negative amount', () => {
    const { facts } = meaningOf('payout_items', { payout: 'po_1', items: [own(100), item('txn_2', -100)] });
    expect(facts).toHaveLength(1);
  });

  test('hold an earlier payout that failed as a member', () => {
    const back = item('txn_back', 300, { type: 'payout_failure', source: 'po_0' });
    const { facts } = meaningOf('payout_items', { payout: 'po_1', items: [own(-300), back] });
    expect(facts).toMatchObject([{ members: [{ objectId: 'txn_back' }] }]);
  });

  test.each([
    ['do not sum to it', [own(-300), item('txn_1', 299)]],
    ['lack its own movement', [item('txn_1', 300)]],
    ['are in another currency', [own(-300), item('txn_1', 300, { currency: 'eur' })]],
    ['are none', []],
  ])('that %s are a problem', (_title, items) => {
    const { facts, problems } = meaningOf('payout_items', { payout: 'po_1', items });
    expect(facts).toEqual([]);
    expect(problems.map(({ field }) => field)).toEqual(['items']);
  });
});

describe('a dispute', () => {
  const moved = (amount: number, created = DAY_ONE + 5, currency = 'usd') => ({
    id: 'txn_9',
    amount,
    currency,
    created,
  });

  test('that is lost is what it withdrew, at its last movement', () => {
    const body = dispute({ status: 'lost', balance_transactions: [moved(-5_413), moved(413, DAY_ONE + 9)] });
    expect(meaningOf('disputes', body).facts).toEqual([
      {
        kind: 'dispute_lost',
        source: { provider: 'stripe', accountId: 'acct_1', objectId: 'du_1' },
        occurredAt: (DAY_ONE + 9) * 1_000,
        references: { dispute: 'du_1', charge: 'ch_1', payment_intent: 'pi_1' },
        description: 'Stripe dispute du_1 lost',
        amount: usd(5_000n),
      },
    ]);
  });

  test('means nothing by itself until it is lost, nor when it withdrew nothing', () => {
    for (const status of ['needs_response', 'won', 'warning_closed', 'appeal_under_review', 'novelty']) {
      const { facts, problems } = meaningOf('disputes', dispute({ status, balance_transactions: [moved(-5_413)] }));
      expect([...facts, ...problems]).toEqual([]);
    }
    expect(meaningOf('disputes', dispute({ status: 'lost' })).facts).toEqual([]);
    expect(
      meaningOf('disputes', dispute({ status: 'lost', balance_transactions: [moved(-5), moved(5)] })).facts,
    ).toEqual([]);
  });

  test('in two currencies is a problem', () => {
    const body = dispute({ status: 'lost', balance_transactions: [moved(-5), moved(-5, DAY_ONE, 'eur')] });
    expect(meaningOf('disputes', body).problems.map(({ field }) => field)).toEqual(['balance_transactions']);
  });
});

describe('an invoice', () => {
  test('asks for money from when it was finalised', () => {
    expect(meaningOf('invoices', invoice({ status: 'open' })).facts).toEqual([
      {
        kind: 'invoice',
        source: { provider: 'stripe', accountId: 'acct_1', objectId: 'in_1' },
        occurredAt: (DAY_ONE + 60) * 1_000,
        references: { invoice: 'in_1' },
        description: 'Stripe invoice A-0001',
        number: 'A-0001',
        status: 'open',
        total: usd(50_000n),
        tax: usd(4_000n),
        lines: [{ description: 'Consulting', amount: usd(46_000n), role: 'sales' }],
        customer: { id: 'cus_1', name: 'Acme LLC', email: 'billing@customer.example.com' },
        issuedAt: (DAY_ONE + 60) * 1_000,
        dueAt: (DAY_ONE + 30 * 86_400) * 1_000,
      },
    ]);
  });

  test('that is a draft, or was deleted, is nothing', () => {
    expect(meaningOf('invoices', invoice({ status: 'draft', number: null }))).toEqual({ facts: [], problems: [] });
    const deleted = { ...record('invoices', { id: 'in_1', deleted: true }), deleted: true };
    expect(normaliseStripe(deleted, { accountId: 'acct_1', related: () => null })).toEqual({ facts: [], problems: [] });
  });

  test.each(['paid', 'void', 'uncollectible'])('that is %s says so', (status) => {
    expect(meaningOf('invoices', invoice({ status })).facts).toMatchObject([{ kind: 'invoice', status }]);
  });

  test('whose lines do not add up has one line for the whole', () => {
    const body = invoice({ lines: { has_more: false, data: [line('il_1', 1)] } });
    expect(meaningOf('invoices', body).facts).toMatchObject([
      { lines: [{ description: 'Stripe invoice A-0001', amount: usd(46_000n), role: 'sales' }] },
    ]);
  });

  test('below zero is a problem', () => {
    expect(meaningOf('invoices', invoice({ total: -5 })).problems.map(({ field }) => field)).toEqual(['total']);
  });
});

test('payouts, sessions and payments of invoices mean nothing alone', () => {
  for (const [stream, body] of [
    ['payouts', payout()],
    ['checkout_sessions', session()],
  ] as const) {
    expect(meaningOf(stream, body)).toEqual({ facts: [], problems: [] });
  }
});

test('a week read from its pages sums to its payout, to the cent', () => {
  const context = {
    accountId: 'acct_1',
    now: (DAY_ONE + 3 * 86_400) * 1_000,
    since: DAY_ONE * 1_000,
    oldestOpenAt: null,
  };
  const { pages } = readEverything(stripe, context, answering(WEEK));
  const { facts } = factsOf(stripe, 'acct_1', storeOf(pages.flatMap(({ records }) => records)));
  const items = facts.find((fact) => fact.kind === 'payout_items');
  const payoutFact = facts.find((fact) => fact.kind === 'payout');
  const effects = items?.members.map(({ objectId }) =>
    netOf(facts.find(({ source }) => source.objectId === objectId)!),
  );
  expect(payoutFact?.amount).toEqual(usd(49_923n));
  expect(sumMoney(effects ?? [], 'USD')).toEqual(usd(49_923n));
  expect(facts).toContainEqual(expect.objectContaining({ kind: 'charge', tax: usd(825n), gross: usd(10_825n) }));
  expect(facts).toContainEqual(
    expect.objectContaining({
      kind: 'charge',
      tax: usd(4_000n),
      references: expect.objectContaining({ invoice: 'in_1' }),
    }),
  );
});

function netOf(fact: Fact) {
  const { movement, fees } = balanceEffect(fact)!;
  return subtract(movement, fees);
}
