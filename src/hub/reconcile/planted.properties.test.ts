import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { addDays } from '../../kernel/dates.ts';
import { money } from '../../kernel/money.ts';
import type { PostedDocument } from '../../model/document.ts';
import { type CompareInput, compare, type Difference } from './compare.ts';
import { foreign, workedPayout } from './fixtures/books.ts';

const CLEARING = 'CLR:USD';
const detail = fc.constantFrom('transaction' as const, 'payout' as const);
const cents = fc.bigInt({ min: -100_000n, max: 100_000n }).filter((minor) => minor !== 0n);

const onClearing = ({ movements }: PostedDocument): bigint =>
  movements.filter(({ accountId }) => accountId === CLEARING).reduce((sum, { amount }) => sum + amount.minor, 0n);

/** Differences of the days, beside those that the untouched books have. */
function found(input: CompareInput): readonly Difference[] {
  return compare(input).flatMap((row) => (row.kind === 'day' ? row.differences : []));
}

/** The document at that place among those that move the clearing account. */
function chosen({ documents }: CompareInput, at: number): PostedDocument {
  const moving = documents.filter((one) => onClearing(one) !== 0n);
  return moving[at % moving.length]!;
}

const without = (input: CompareInput, gone: PostedDocument): CompareInput => ({
  ...input,
  documents: input.documents.filter((one) => one !== gone),
});

/** The same books, each list begun at another place. */
function turned(input: CompareInput, by: readonly [number, number, number]): CompareInput {
  const from = <T>(all: readonly T[], at: number) => [...all.slice(at % all.length), ...all.slice(0, at % all.length)];
  const [facts, postings, documents] = by;
  return {
    ...input,
    facts: from(input.facts, facts),
    postings: from(input.postings, postings),
    documents: from(input.documents, documents),
  };
}

property(
  'compare: books that nobody touched agree, in whatever order they are read',
  [detail, fc.tuple(fc.nat(), fc.nat(), fc.nat())],
  (feeDetail, by) => {
    expect(found(turned(workedPayout(feeDetail), by))).toEqual([]);
  },
);

property(
  'compare: a document that was deleted is found, it alone and to the cent',
  [detail, fc.nat()],
  (feeDetail, at) => {
    const input = workedPayout(feeDetail);
    const gone = chosen(input, at);
    expect(found(without(input, gone))).toMatchObject([
      { kind: 'deleted', subject: gone.postingId, minor: onClearing(gone) },
    ]);
  },
);

property(
  'compare: a document of somebody else is found, it alone and to the cent',
  [detail, cents, fc.integer({ min: 0, max: 30 })],
  (feeDetail, minor, days) => {
    const input = workedPayout(feeDetail);
    const movements = [{ accountId: CLEARING, amount: money(minor, 'USD') }];
    const theirs = foreign('0', addDays('2026-03-01', days), { movements });
    const differences = found({ ...input, documents: [...input.documents, theirs] });
    expect(differences).toMatchObject([{ kind: 'extra', subject: theirs.documentId, minor: -minor }]);
  },
);

property(
  'compare: an amount that was changed is found, it alone and to the cent',
  [detail, fc.nat(), cents],
  (feeDetail, at, off) => {
    const input = workedPayout(feeDetail);
    const old = chosen(input, at);
    const movements = [{ accountId: CLEARING, amount: money(onClearing(old) + off, 'USD') }];
    const changed = { ...old, movements };
    const differences = found({ ...without(input, old), documents: [...without(input, old).documents, changed] });
    expect(differences).toMatchObject([{ kind: 'amount_differs', subject: old.postingId, minor: -off }]);
  },
);

property('compare: a second copy is found, it alone and to the cent', [detail, fc.nat()], (feeDetail, at) => {
  const input = workedPayout(feeDetail);
  const copy = { ...chosen(input, at), documentId: '99999' };
  const differences = found({ ...input, documents: [...input.documents, copy] });
  expect(differences).toMatchObject([{ kind: 'extra', subject: '99999', minor: -onClearing(copy) }]);
});

property(
  'compare: a document moved to another day is named on both, and they cancel out',
  [detail, fc.nat(), fc.integer({ min: 6, max: 29 })],
  (feeDetail, at, days) => {
    const input = workedPayout(feeDetail);
    const old = chosen(input, at);
    const moved = { ...old, on: addDays('2026-03-01', days) };
    const differences = found({ ...without(input, old), documents: [...without(input, old).documents, moved] });
    expect(differences).toHaveLength(2);
    expect(differences.every(({ kind, subject }) => kind === 'amount_differs' && subject === old.postingId)).toBe(true);
    expect(differences.reduce((sum, { minor }) => sum + minor, 0n)).toBe(0n);
  },
);
