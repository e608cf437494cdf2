import { describe, expect, test } from 'vitest';
import { money, parseMoney } from '../../../kernel/money.ts';
import { charge, EVENING, feePart, invoice, payout, payoutItems, refund, usd } from './fixtures/facts.ts';
import { accountOfRole, type Circumstances, inputOf, SALE } from './fixtures/input.ts';
import { documentedExamples } from './fixtures/recipes-document.ts';
import { plan } from './plan.ts';

const CHARGE = charge('108.25', { tax: usd('8.25'), fees: [feePart('3.44')] });

function firstDocument(fact: Parameters<typeof inputOf>[0], given: Circumstances = {}) {
  const outcome = plan(inputOf(fact, given));
  return outcome.kind === 'post' ? outcome.postings[0] : undefined;
}

describe('what cannot be posted waits with its reason', () => {
  test.each(['CLR:USD', 'CUSTOMER', 'ITEM:sales', 'FEE:processing', 'VENDOR'])('%s is not mapped', (missing) => {
    const roles = (role: Parameters<typeof accountOfRole>[0]) => (role === missing ? null : accountOfRole(role));
    expect(plan(inputOf(CHARGE, { roles }))).toEqual({
      kind: 'wait',
      reason: {
        code: 'posting.account_role_missing',
        detail: `no ledger account is mapped for ${missing}. Nothing was posted.`,
      },
    });
  });

  test('a currency that is no currency', () => {
    const outcome = plan(
      inputOf(charge('0', { gross: { minor: 5n, currency: 'XXX' }, tax: null }), {
        settings: { taxUnknown: 'none' },
      }),
    );
    expect(outcome).toMatchObject({ kind: 'wait', reason: { code: 'posting.currency_unsupported' } });
  });

  test('the largest amount that a column holds is posted, a cent of fee beyond it is not', () => {
    const most = { gross: money(2n ** 63n - 1n, 'USD') };
    expect(plan(inputOf(charge('0', most)))).toMatchObject({ kind: 'post' });
    expect(plan(inputOf(charge('0', { ...most, fees: [feePart('-0.01')] })))).toMatchObject({ kind: 'wait' });
  });

  test('members of a payout that do not sum to it are named with both figures', () => {
    const items = payoutItems(['txn_1', '499.22']);
    expect(plan(inputOf(payout('499.23'), { context: { items } }))).toEqual({
      kind: 'wait',
      reason: {
        code: 'posting.amount_mismatch',
        detail: 'payout po_1 is 499.23 USD, its members sum to 499.22. Nothing was posted.',
      },
    });
  });
});

describe('the day of an entry', () => {
  test('it is the day in the books, not the day in UTC', () => {
    expect(firstDocument(CHARGE)?.document.on).toBe('2026-03-01');
    expect(firstDocument(CHARGE, { book: { timeZone: 'Europe/Berlin' } })?.document.on).toBe('2026-03-02');
  });

  test('it changes with summer time: half past midnight in New York on the day the clocks go forward', () => {
    const fact = { ...CHARGE, occurredAt: Date.parse('2026-03-08T05:30:00Z') };
    expect(firstDocument(fact)?.document.on).toBe('2026-03-08');
    expect(firstDocument({ ...fact, occurredAt: Date.parse('2026-03-09T03:59:59Z') })?.document.on).toBe('2026-03-08');
    expect(firstDocument({ ...fact, occurredAt: Date.parse('2026-03-09T04:00:00Z') })?.document.on).toBe('2026-03-09');
  });

  test('in a closed period it is held, and says through when the books are closed', () => {
    expect(firstDocument(CHARGE, { book: { closedThrough: '2026-03-01' } })).toMatchObject({
      document: { on: '2026-03-01' },
      held: {
        code: 'ledger.closed_period',
        detail: '2026-03-01 is in the period closed through 2026-03-01. Nothing was posted.',
      },
    });
    expect(firstDocument(CHARGE, { book: { closedThrough: '2026-02-28' } })?.held).toBeNull();
  });

  test('by setting it moves to the first open day, the fee with it', () => {
    const given = { settings: { closedPeriod: 'first_open_day' }, book: { closedThrough: '2026-03-31' } };
    const outcome = plan(inputOf(CHARGE, given));
    expect(outcome).toMatchObject({
      postings: [
        { held: null, document: { on: '2026-04-01' } },
        { held: null, document: { on: '2026-04-01' } },
      ],
    });
  });

  test('an invoice is dated when it was issued and due when the source says', () => {
    const fact = invoice('500.00', '38.11', { dueAt: EVENING + 30 * 86_400_000 });
    const given = { settings: { mode: 'invoicing' } };
    expect(firstDocument(fact, given)?.document).toMatchObject({ on: '2026-03-01', dueOn: '2026-03-31' });
  });
});

describe('what people read', () => {
  test('the memo names the event, its ids and what the source wrote', () => {
    const fact = charge('108.25', { description: 'Order 7' });
    expect(firstDocument(fact)?.document.memo).toBe('Payment stripe txn_charge\ncharge ch_1\nOrder 7');
  });

  test('a reference fits 21 characters and keeps the end of the id, which is its random part', () => {
    const fact = charge('108.25', { references: { charge: 'ch_3AbCdEfGhIjKlMnOpQrStUvW' } });
    expect(firstDocument(fact)?.document).toMatchObject({ reference: 'CdEfGhIjKlMnOpQrStUvW' });
  });

  test('the customer of an invoice is found by name, else by address, else by id', () => {
    const party = (customer: { id: string | null; name: string | null; email: string | null }) =>
      firstDocument(invoice('1.00', '0', { customer }), { settings: { mode: 'invoicing' } })?.party?.name;
    expect(party({ id: 'cus_1', name: 'Acme LLC', email: 'a@acme.example' })).toBe('Acme LLC');
    expect(party({ id: 'cus_1', name: null, email: 'a@acme.example' })).toBe('a@acme.example');
    expect(party({ id: 'cus_1', name: null, email: null })).toBe('cus_1');
    expect(party({ id: null, name: null, email: null })).toBe('Unknown customer');
  });
});

test('a refund without tax in a sale without tax has lines that are not taxable', () => {
  const original = { ...SALE, fact: charge('40.00', { tax: usd('0') }) };
  expect(firstDocument(refund('10.00'), { context: { original } })?.document).toMatchObject({
    tax: usd('0'),
    lines: [{ amount: usd('10.00'), taxable: false }],
  });
});

test('entries in a currency without decimals have none', () => {
  const fact = charge('0', { gross: parseMoney('5500', 'JPY'), tax: parseMoney('500', 'JPY') });
  expect(firstDocument(fact)?.total).toEqual({ minor: 5500n, currency: 'JPY' });
});

test('the list of what a payout is made of posts nothing itself', () => {
  expect(plan(inputOf(payoutItems(['txn_1', '1.00'])))).toMatchObject({ kind: 'ignore' });
});

test('every row of the page of recipes has an example', () => {
  const rows = new Set([...documentedExamples().keys()].map((id) => id.slice(0, id.indexOf('-'))));
  const built = 'S1 S2 S3 S4 S4b S4c S5 S5b S5c S6 S6b S6c S7 S7b S7c S8 S11 B1 B1b B2 B3 B4 B5 B6 B6b B7'.split(' ');
  expect([...rows]).toEqual(built);
});
