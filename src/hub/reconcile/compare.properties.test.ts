import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { addDays } from '../../kernel/dates.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { PostedDocument } from '../../model/document.ts';
import { type ComparedPosting, type CompareInput, compare, type DatedFact } from './compare.ts';
import { foreign, workedPayout } from './fixtures/books.ts';

const amount = fc.bigInt({ min: -50_000n, max: 50_000n }).map((minor) => money(minor, 'USD'));
const day = fc.integer({ min: 0, max: 40 }).map((days) => addDays('2026-03-01', days));

/** What people do to documents in a ledger. */
type Deed =
  | { readonly kind: 'delete' | 'void' | 'copy' }
  | { readonly kind: 'change'; readonly amount: Money }
  | { readonly kind: 'move'; readonly on: string };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom('delete' as const, 'void' as const, 'copy' as const) }),
  fc.record({ kind: fc.constant('change' as const), amount }),
  fc.record({ kind: fc.constant('move' as const), on: day }),
);

function done(document: PostedDocument, one: Deed): readonly PostedDocument[] {
  switch (one.kind) {
    case 'delete':
      return [];
    case 'void':
      return [{ ...document, voided: true }];
    case 'copy':
      return [document, { ...document, documentId: `${document.documentId}0` }];
    case 'change':
      return [{ ...document, movements: [{ accountId: 'CLR:USD', amount: one.amount }] }];
    case 'move':
      return [{ ...document, on: one.on }];
  }
}

const states = fc.constantFrom<ComparedPosting['state']>('planned', 'uncertain', 'posted', 'dead', 'voided');
const factStates = fc.constantFrom<DatedFact['state']>('planned', 'waiting', 'ignored');

/** The worked payout after people and outages were at it. */
const disturbed: fc.Arbitrary<CompareInput> = fc
  .record({
    detail: fc.constantFrom('transaction' as const, 'payout' as const),
    deeds: fc.dictionary(fc.nat({ max: 9 }).map(String), deed, { maxKeys: 4 }),
    foreign: fc.array(fc.record({ amount, on: day }), { maxLength: 3 }),
    states: fc.dictionary(fc.nat({ max: 9 }).map(String), states, { maxKeys: 3 }),
    facts: fc.dictionary(fc.nat({ max: 4 }).map(String), factStates, { maxKeys: 2 }),
  })
  .map(({ detail, deeds, foreign: others, states: changed, facts }) => {
    const input = workedPayout(detail);
    const documents = input.documents.flatMap((one, i) => (deeds[i] === undefined ? [one] : done(one, deeds[i])));
    const theirs = others.map(({ amount: sum, on }, i) =>
      foreign('0', on, { documentId: `90${i}`, movements: [{ accountId: 'CLR:USD', amount: sum }] }),
    );
    return {
      ...input,
      documents: [...documents, ...theirs],
      postings: input.postings.map((one, i) => ({ ...one, state: changed[i] ?? one.state })),
      facts: input.facts.map((one, i) => ({ ...one, state: facts[i] ?? one.state })),
    };
  });

property(
  'compare: whatever was done to the books, the differences of each day sum to source less ledger',
  [disturbed],
  (input) => {
    for (const row of compare(input).filter(({ kind }) => kind === 'day')) {
      const named = row.differences.reduce((sum, { minor }) => sum + minor, 0n);
      expect(named, row.subject).toBe(row.source - row.ledger);
    }
  },
);

property('compare: no movement in the ledger is left out of the days', [disturbed], (input) => {
  const inRange = input.documents.filter(({ on, voided }) => !voided && on >= input.from && on <= input.to);
  const onClearing = inRange
    .flatMap(({ movements }) => movements)
    .filter(({ accountId }) => accountId === 'CLR:USD')
    .reduce((sum, { amount: { minor } }) => sum + minor, 0n);
  const days = compare(input).filter(({ kind }) => kind === 'day');
  expect(days.reduce((sum, { ledger }) => sum + ledger, 0n)).toBe(onClearing);
});

property('compare: the order of facts, postings and documents does not matter', [disturbed], (input) => {
  const turned = {
    ...input,
    documents: input.documents.toReversed(),
    postings: input.postings.toReversed(),
    facts: input.facts.toReversed(),
  };
  const total = (one: CompareInput) =>
    compare(one)
      .map(({ subject, source, postings, ledger, differences }) => [
        subject,
        source,
        postings,
        ledger,
        differences.map(({ kind, minor, subject: of }) => `${kind} ${minor} ${of}`).toSorted(),
      ])
      .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  expect(total(turned)).toEqual(total(input));
});
