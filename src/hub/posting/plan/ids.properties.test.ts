import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../../test/support/properties.ts';
import type { SourceRef } from '../../../model/source-ref.ts';
import { anyInput } from './fixtures/any.ts';
import { BOOK, LEDGER_INVOICE } from './fixtures/input.ts';
import { documentNumber, legId, postingId } from './ids.ts';
import { plan } from './plan.ts';
import type { Leg, PlanInput } from './types.ts';

const leg = fc.constantFrom<Leg>(
  'receipt',
  'fee',
  'refund',
  'refund.credit',
  'payout',
  'adjustment',
  'invoice',
  'value',
);
const word = fc.string({ maxLength: 12 });
const place = fc.record({ tenantId: word, ledgerProvider: word, companyId: word });
const source: fc.Arbitrary<SourceRef> = fc.record({ provider: word, accountId: word, objectId: word });
const generation = fc.integer({ min: 1, max: 99 });

const idsOf = (input: PlanInput) => {
  const outcome = plan(input);
  return outcome.kind === 'post' ? outcome.postings.map((one) => [one.leg, one.id]) : [];
};

property(
  'planner: a posting id fits a batch of QuickBooks, and its number the field for it',
  [place, source, leg, generation],
  (where, from, what, times) => {
    const id = postingId(where, from, what, times);
    expect(id).toMatch(/^pst_[0-9a-z]{32}$/);
    expect(documentNumber(from.provider, id)).toHaveLength(21);
  },
);

property(
  'planner: two ids are equal only when the tenant, the company, the object, the leg and the generation are',
  [place, place, source, source, leg, leg],
  (a, b, from, to, one, other) => {
    const parts = (where: typeof a, which: SourceRef, what: Leg) => [
      where.tenantId,
      where.ledgerProvider,
      where.companyId,
      which.provider,
      which.accountId,
      which.objectId,
      what,
    ];
    const same = JSON.stringify(parts(a, from, one)) === JSON.stringify(parts(b, to, other));
    expect(postingId(a, from, one) === postingId(b, to, other)).toBe(same);
    expect(postingId(a, from, one, 2)).not.toBe(postingId(a, from, one));
  },
);

property('planner: what stands beside a part never runs into it', [source, fc.nat()], (from, at) => {
  const text = `${from.accountId}${from.objectId}x`;
  const cut = at % text.length;
  const shifted = { ...from, accountId: text.slice(0, cut), objectId: text.slice(cut) };
  const plain = { ...from, objectId: `${from.objectId}x` };
  expect(postingId(BOOK, shifted, 'receipt') === postingId(BOOK, plain, 'receipt')).toBe(
    shifted.accountId === plain.accountId,
  );
});

property('planner: the postings of one event are told apart, and each covers its own leg', [anyInput], (input) => {
  const outcome = plan({ ...input, context: { ...input.context, ledgerInvoice: LEDGER_INVOICE, openFees: [] } });
  const postings = outcome.kind === 'post' ? outcome.postings : [];
  expect(new Set(postings.map(({ id }) => id)).size).toBe(postings.length);
  for (const { id, leg: own, covers } of postings) {
    expect(id).toBe(postingId(input.book, input.fact.source, own));
    if (input.fact.kind !== 'payout') expect(covers).toEqual([legId(input.book, input.fact.source, own)]);
  }
});

property(
  'planner: accounts, closed periods and the time zone change documents, never ids',
  [anyInput, fc.constantFrom('UTC', 'Pacific/Kiritimati'), fc.constantFrom(null, '2026-06-30')],
  (input, timeZone, closedThrough) => {
    const moved = {
      ...input,
      roles: (role: string) => `other ${role}`,
      book: { ...input.book, timeZone, closedThrough },
    };
    expect(idsOf(moved)).toEqual(idsOf(input));
  },
);

property(
  'planner: another tenant or company has other ids for everything',
  [anyInput, fc.constantFrom('tenantId', 'companyId', 'ledgerProvider')],
  (input, part) => {
    const theirs = new Set(idsOf({ ...input, book: { ...input.book, [part]: 'another' } }).map(([, id]) => id));
    for (const [, id] of idsOf(input)) expect(theirs.has(id)).toBe(false);
  },
);
