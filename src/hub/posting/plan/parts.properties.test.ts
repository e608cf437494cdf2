import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { property } from '../../../../test/support/properties.ts';
import { add, type Money, money, zero } from '../../../kernel/money.ts';
import type { BitcoinPaymentFact } from '../../../model/facts.ts';
import { cents } from './fixtures/any.ts';
import { bitcoin, charge, refund, usd } from './fixtures/facts.ts';
import { inputOf, LEDGER_INVOICE, SALE } from './fixtures/input.ts';
import { plan } from './plan.ts';
import type { PlannedPosting, Recipe } from './types.ts';

/** A whole and the parts it is divided into, in some order. */
const divided = fc
  .array(cents(1n, 1_000_000n), { minLength: 1, maxLength: 6 })
  .map((parts) => ({ parts, whole: parts.reduce(add) }));

/** The whole with the tax inside it. */
const taxed = divided.chain(({ parts, whole }) =>
  fc.record({ parts: fc.constant(parts), whole: fc.constant(whole), tax: cents(0n, whole.minor) }),
);

function onRole(postings: readonly PlannedPosting[], role: string): bigint {
  return postings
    .flatMap(({ entry }) => entry)
    .filter((line) => line.role === role)
    .reduce((sum, { amount }) => sum + amount.minor, 0n);
}

/** Each part with what came before it. */
function running(parts: readonly Money[]): readonly (readonly [part: Money, before: Money])[] {
  return parts.map((part, i) => [part, parts.slice(0, i).reduce(add, zero('USD'))]);
}

function refunds(parts: readonly Money[], whole: Money, tax: Money, recipe: Recipe): readonly PlannedPosting[] {
  const fact = charge('0', { gross: whole, tax });
  return running(parts).flatMap(([amount, givenBackBefore]) => {
    const context = { original: { ...SALE, fact, recipe, givenBackBefore } };
    const outcome = plan(inputOf(refund('0', { amount }), { context }));
    return outcome.kind === 'post' ? outcome.postings : [];
  });
}

/** The payments of one invoice, one after the other. */
function payments(parts: readonly Money[], asked: Money, tax: Money | null): readonly BitcoinPaymentFact[] {
  const paid = parts.reduce(add, zero('USD'));
  const surplus = money(paid.minor > asked.minor ? paid.minor - asked.minor : 0n, 'USD');
  const exception = surplus.minor > 0n ? 'over' : 'none';
  return running(parts).map(([value, paidBefore], position) =>
    bitcoin('0', { asked, paid, tax, surplus, exception }, { value, paidBefore, position, count: parts.length }),
  );
}

function booked(facts: readonly BitcoinPaymentFact[], settings: object, context: object = {}) {
  return facts.flatMap((fact) => {
    const outcome = plan(inputOf(fact, { settings: { ...settings }, context }));
    return outcome.kind === 'post' ? outcome.postings : [];
  });
}

describe('a sale given back in parts', () => {
  property(
    'planner: the shares of tax of a sale given back in parts sum to the tax whatever their order',
    [taxed, fc.constantFrom<Recipe>('S1', 'S3')],
    ({ parts, whole, tax }, recipe) => {
      const postings = refunds(parts, whole, tax, recipe);
      expect(onRole(postings, 'TAX')).toBe(tax.minor);
      expect(onRole(postings, 'SALES')).toBe(whole.minor - tax.minor);
      expect(onRole(postings, 'CLR:USD')).toBe(-whole.minor);
      expect(onRole(postings, 'AR')).toBe(0n);
    },
  );

  property('planner: no part given back gives back more tax than money', [taxed], ({ parts, whole, tax }) => {
    for (const posting of refunds(parts, whole, tax, 'S1')) {
      const share = onRole([posting], 'TAX');
      expect(share >= 0n && share <= posting.total.minor).toBe(true);
    }
  });
});

describe('an invoice paid in several bitcoin payments', () => {
  property(
    'planner: receipts of an invoice paid in parts sum to what was paid and tax to the tax',
    [taxed],
    ({ parts, whole, tax }) => {
      const postings = booked(payments(parts, whole, tax), { mode: 'deposit' });
      expect(onRole(postings, 'BTC:on_chain')).toBe(whole.minor);
      expect(onRole(postings, 'TAX')).toBe(-tax.minor);
      expect(onRole(postings, 'SALES')).toBe(tax.minor - whole.minor);
    },
  );

  property(
    'planner: a surplus is split off to the cent, whichever payment brings it',
    [divided, cents(1n, 2_000_000n), fc.integer({ min: 0, max: 10_000 })],
    (paid, asked, dust_minor) => {
      const { parts, whole } = paid;
      const surplus = whole.minor > asked.minor ? whole.minor - asked.minor : 0n;
      const postings = booked(payments(parts, asked, usd('0')), { mode: 'deposit', dust_minor });
      expect(onRole(postings, 'BTC:on_chain')).toBe(whole.minor);
      expect(onRole(postings, 'SALES')).toBe(surplus - whole.minor);
      expect(onRole(postings, 'DEPOSITS') + onRole(postings, 'ROUND')).toBe(-surplus);
    },
  );

  property(
    'planner: a ledger invoice is paid exactly, the rest is credit or a payment difference',
    [divided, cents(1n, 2_000_000n), fc.integer({ min: 0, max: 10_000 })],
    (paid, asked, dust_minor) => {
      const { parts, whole } = paid;
      const settings = { mode: 'invoicing', dust_minor };
      const postings = booked(payments(parts, asked, null), settings, { ledgerInvoice: LEDGER_INVOICE });
      const applied = postings.flatMap(({ document }) => (document.kind === 'payment' ? document.applies : []));
      const due = whole.minor < asked.minor ? whole.minor : asked.minor;
      expect(applied.reduce((sum, { amount }) => sum + amount.minor, 0n)).toBe(due);
      expect(onRole(postings, 'BTC:on_chain')).toBe(whole.minor);
      expect(onRole(postings, 'AR') + onRole(postings, 'ROUND')).toBe(-whole.minor);
      const differences = postings.filter(({ document }) => document.kind === 'deposit');
      expect(differences.every(({ total }) => total.minor <= BigInt(dust_minor))).toBe(true);
    },
  );

  property(
    'planner: each bitcoin payment has one receipt, and none of nothing',
    [divided, cents(1n, 2_000_000n)],
    (paid, asked) => {
      const facts = payments(paid.parts, asked, null);
      const postings = booked(facts, { mode: 'invoicing' }, { ledgerInvoice: LEDGER_INVOICE });
      expect(postings.filter(({ leg }) => leg === 'receipt')).toHaveLength(facts.length);
      expect(postings.every(({ total }) => total.minor > 0n)).toBe(true);
    },
  );
});
