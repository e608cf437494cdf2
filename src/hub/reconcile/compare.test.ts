import { describe, expect, test } from 'vitest';
import type { PostedDocument } from '../../model/document.ts';
import {
  adjustment,
  bitcoin,
  charge,
  fee,
  feePart,
  invoice,
  payout,
  refundFailed,
  usd,
} from '../posting/plan/fixtures/facts.ts';
import { inputOf, LEDGER_INVOICE } from '../posting/plan/fixtures/input.ts';
import { type ComparedPosting, type CompareInput, compare, type DatedFact } from './compare.ts';
import { books, factIdOf, foreign, workedPayout } from './fixtures/books.ts';

/** Rows as `subject source postings ledger` with their differences as `kind minor`. */
function rowsOf(input: CompareInput): readonly string[] {
  return compare(input).map(({ subject, source, postings, ledger, differences }) =>
    [`${subject} ${source} ${postings} ${ledger}`, ...differences.map(({ kind, minor }) => `${kind} ${minor}`)].join(
      '; ',
    ),
  );
}

const detailsOf = (input: CompareInput) =>
  compare(input).flatMap(({ differences }) => differences.map(({ detail }) => detail));

function withDocument(input: CompareInput, i: number, over: Partial<PostedDocument> | null): CompareInput {
  const documents = input.documents.flatMap((one, k) => (k !== i ? [one] : over === null ? [] : [{ ...one, ...over }]));
  return { ...input, documents };
}

function withPosting(input: CompareInput, i: number, over: Partial<ComparedPosting>): CompareInput {
  return { ...input, postings: input.postings.map((one, k) => (k === i ? { ...one, ...over } : one)) };
}

function withFact(input: CompareInput, i: number, over: Partial<DatedFact>): CompareInput {
  return { ...input, facts: input.facts.map((one, k) => (k === i ? { ...one, ...over } : one)) };
}

/** One sale of 108.25 on March 1st, without a fee. */
const SALE = books([inputOf(charge('108.25'))]);
/** An invoice that nobody has paid: nothing of it is on the clearing account. */
const INVOICE = books([inputOf(invoice('500.00', '0.00'), { settings: { mode: 'invoicing' } })]);
/** The same, not planned yet, with a fee of 3.44. */
const UNPLANNED = { ...books([inputOf(charge('108.25', { tax: null, fees: [feePart('3.44')] }))]), documents: [] };

describe('the worked payout', () => {
  test('agrees by payout and by day, fees booked with each transaction', () => {
    expect(rowsOf(workedPayout())).toEqual([
      'po_1 49923 49923 49923',
      '2026-03-01 49923 49923 49923',
      '2026-03-05 -49923 -49923 -49923',
    ]);
  });

  test('agrees with the fees booked with the payout: 18.24 are on the day of arrival', () => {
    expect(rowsOf(workedPayout('payout'))).toEqual([
      'po_1 49923 49923 49923',
      '2026-03-01 51747 51747 51747',
      '2026-03-05 -51747 -51747 -51747',
    ]);
  });

  test('outside the range it has no row', () => {
    expect(rowsOf({ ...workedPayout(), to: '2026-03-04' })).toEqual(['2026-03-01 49923 49923 49923']);
    expect(rowsOf({ ...workedPayout(), from: '2026-04-01', to: '2026-04-30' })).toEqual([]);
  });
});

describe('each difference has a name', () => {
  test('a document that was deleted in the ledger', () => {
    expect(rowsOf(withDocument(SALE, 0, null))).toEqual(['2026-03-01 10825 10825 0; deleted 10825']);
    expect(rowsOf(withDocument(SALE, 0, { voided: true }))).toEqual(['2026-03-01 10825 10825 0; deleted 10825']);
  });

  test('an amount that was changed in the ledger', () => {
    const movements = [{ accountId: 'CLR:USD', amount: usd('100.00') }];
    expect(rowsOf(withDocument(SALE, 0, { movements }))).toEqual(['2026-03-01 10825 10825 10000; amount_differs 825']);
    const otherAccount = [{ accountId: 'BANK', amount: usd('108.25') }];
    expect(rowsOf(withDocument(SALE, 0, { movements: otherAccount }))).toEqual([
      '2026-03-01 10825 10825 0; amount_differs 10825',
    ]);
  });

  test('a document that was moved to another day is told on both', () => {
    const moved = withDocument(SALE, 0, { on: '2026-03-03' });
    expect(rowsOf(moved)).toEqual([
      '2026-03-01 10825 10825 0; amount_differs 10825',
      '2026-03-03 0 0 10825; amount_differs -10825',
    ]);
    expect(new Set(detailsOf(moved))).toEqual(
      new Set(['Document 100 was moved from 2026-03-01 to 2026-03-03 in the ledger.']),
    );
  });

  test('a document of somebody else on our account', () => {
    const input = { ...SALE, documents: [...SALE.documents, foreign('7.00', '2026-03-02')] };
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 10825 10825', '2026-03-02 0 0 700; extra -700']);
    expect(detailsOf(input)).toEqual(['deposit 900 in the ledger is not ours.']);
  });

  test('a second document with our marker', () => {
    const copy = { ...SALE.documents[0]!, documentId: '2000' };
    const input = { ...SALE, documents: [copy, ...SALE.documents] };
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 10825 21650; extra -10825']);
    expect(detailsOf(input)[0]).toContain('2000 in the ledger is a second document');
  });

  test('a second document on another day is told on both, also when that day is not compared', () => {
    const copy = { ...SALE.documents[0]!, documentId: '2000', on: '2026-03-03' };
    const input = { ...SALE, documents: [...SALE.documents, copy] };
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 10825 10825; extra 0', '2026-03-03 0 0 10825; extra -10825']);
    expect(rowsOf({ ...input, to: '2026-03-02' })).toEqual(['2026-03-01 10825 10825 10825; extra 0']);
  });

  test('a second document that moves none of the compared accounts: the sale is in the books twice', () => {
    const copy = { ...INVOICE.documents[0]!, documentId: '2000' };
    const input = { ...INVOICE, documents: [...INVOICE.documents, copy] };
    expect(rowsOf(INVOICE)).toEqual([]);
    expect(rowsOf(input)).toEqual(['2026-03-01 0 0 0; extra 0']);
    expect(detailsOf(input)[0]).toContain('invoice 2000 in the ledger is a second document');
  });

  test('a document of an invoice that was removed: a second one was there, too', () => {
    expect(rowsOf(withPosting(INVOICE, 0, { state: 'voided' }))).toEqual(['2026-03-01 0 0 0; extra 0']);
    expect(rowsOf(withPosting(withDocument(INVOICE, 0, null), 0, { state: 'voided' }))).toEqual([]);
  });

  test.each(['planned', 'uncertain', 'dead'] as const)('an entry that is %s and not in the ledger', (state) => {
    const input = withPosting(withDocument(SALE, 0, null), 0, { state, reason: null });
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 0 0; missing 10825']);
    expect(detailsOf(input)).toEqual([`The entry is ${state}.`]);
  });

  test('an entry whose outcome is unknown and whose document is there is no difference', () => {
    expect(rowsOf(withPosting(SALE, 0, { state: 'uncertain' }))).toEqual(['2026-03-01 10825 0 10825']);
  });

  test('an event that is not planned, and its fee', () => {
    expect(rowsOf(withFact(UNPLANNED, 0, { reason: 'Tax is unknown.' }))).toEqual([
      '2026-03-01 10481 0 0; missing 10825; missing -344',
    ]);
    expect(detailsOf(withFact(UNPLANNED, 0, { reason: 'Tax is unknown.' }))[0]).toBe('Tax is unknown.');
  });

  test('an event that waits again while its document is in the ledger is no difference', () => {
    expect(rowsOf(withFact(SALE, 0, { state: 'waiting' }))).toEqual(['2026-03-01 10825 10825 10825']);
  });

  test('an event without an entry because a wrong document was removed', () => {
    const input = withPosting(withDocument(SALE, 0, null), 0, { state: 'voided', reason: 'The total differed.' });
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 0 0; missing 10825']);
    expect(detailsOf(input)).toEqual(['The total differed.']);
  });

  test('a document of an event that the source took back', () => {
    const input = withFact(SALE, 0, { state: 'ignored' });
    expect(rowsOf(input)).toEqual(['2026-03-01 0 10825 10825; extra -10825']);
    expect(detailsOf(input)).toEqual(['Document 100 in the ledger holds what was taken back.']);
    const gone = withPosting(withDocument(input, 0, null), 0, { state: 'voided' });
    expect(rowsOf(gone)).toEqual(['2026-03-01 0 0 0']);
  });

  test('an entry that another took the place of speaks for nothing: its event is missing, its document too much', () => {
    const input = withPosting(SALE, 0, { state: 'superseded' });
    expect(rowsOf(withDocument(input, 0, null))).toEqual(['2026-03-01 10825 0 0; missing 10825']);
    expect(rowsOf(input)).toEqual(['2026-03-01 10825 0 10825; missing 10825; extra -10825']);
  });

  test('a fee document that covers an event that was taken back holds its fee too much', () => {
    const worked = workedPayout('payout');
    const charge108 = worked.facts.findIndex(({ id }) => id === 'fct_txn_charge_charge');
    const rows = rowsOf(withFact(worked, charge108, { state: 'ignored' }));
    expect(rows.at(-1)).toBe('2026-03-05 -51403 -51747 -51747; extra 344');
  });
});

describe('payouts', () => {
  const WORKED = workedPayout();
  const at = (leg: string, n = 0) =>
    WORKED.postings.indexOf(WORKED.postings.filter((posting) => posting.leg === leg)[n]!);
  const payoutRowOf = (input: CompareInput) => rowsOf(input)[0];

  test('a member that was deleted in the ledger', () => {
    expect(payoutRowOf(withDocument(WORKED, at('refund'), null))).toBe('po_1 49923 49923 52088; deleted -2165');
  });

  test('a transfer that was deleted: the members agree, the transfer is named', () => {
    expect(payoutRowOf(withDocument(WORKED, at('payout'), null))).toBe('po_1 49923 49923 49923; deleted 49923');
  });

  test('a member that was moved to another day still counts, and is told', () => {
    expect(payoutRowOf(withDocument(WORKED, at('refund'), { on: '2026-03-09' }))).toBe(
      'po_1 49923 49923 49923; amount_differs 0',
    );
  });

  test('a second document of a member', () => {
    const copy = { ...WORKED.documents[at('receipt')]!, documentId: '2000' };
    expect(payoutRowOf({ ...WORKED, documents: [...WORKED.documents, copy] })).toBe(
      'po_1 49923 49923 60748; extra -10825',
    );
  });

  test('a member that was never read, and one that is not planned', () => {
    const unread = { ...WORKED, facts: WORKED.facts.filter(({ fact }) => fact.source.objectId !== 'txn_refund') };
    expect(payoutRowOf(unread)).toBe('po_1 49923 52088 52088; missing -2165');
    const refundId = WORKED.facts.findIndex(({ fact }) => fact.kind === 'refund');
    const waiting = withFact({ ...WORKED, postings: WORKED.postings.filter(({ leg }) => leg !== 'refund') }, refundId, {
      state: 'waiting',
      reason: 'Its original is missing.',
    });
    expect(payoutRowOf(waiting)).toBe('po_1 49923 52088 52088; missing -2165');
    expect(compare(waiting)[0]!.differences[0]!.detail).toBe('Its original is missing.');
  });

  test('while it waits with the fees of its members, both are named', () => {
    const whole = workedPayout('payout');
    const own = whole.postings.filter(({ leg }) => leg === 'fee' || leg === 'payout').map(({ id }) => id);
    const facts = whole.facts.map((one) => {
      if (one.fact.kind === 'payout') return { ...one, state: 'waiting' as const, reason: 'BANK is not mapped.' };
      return one.fact.kind === 'charge' ? { ...one, feesOn: null } : one;
    });
    const input = {
      ...whole,
      facts,
      postings: whole.postings.filter(({ id }) => !own.includes(id)),
      documents: whole.documents.filter(({ postingId }) => !own.includes(postingId!)),
    };
    expect(payoutRowOf(input)).toBe('po_1 49923 51747 51747; missing -344; missing -1480; missing 49923');
    expect(rowsOf(input).slice(1)).toEqual(['2026-03-01 51747 51747 51747', '2026-03-05 -49923 0 0; missing -49923']);
  });

  test('one that is not itemised is compared by its own transfer and fee', () => {
    const fees = [feePart('1.00', 'payout')];
    const input = books([inputOf(payout('100.00', { itemised: false, fees }))]);
    expect(rowsOf(input)).toEqual([
      'po_1 10100 10100 10100',
      '2026-03-01 -100 -100 -100',
      '2026-03-05 -10000 -10000 -10000',
    ]);
    expect(rowsOf(withDocument(input, 0, null))).toEqual([
      'po_1 10100 10100 100; deleted 10000',
      '2026-03-01 -100 -100 -100',
      '2026-03-05 -10000 -10000 0; deleted -10000',
    ]);
  });

  test('one whose items are not known yet is compared by its transfer', () => {
    const input = { ...WORKED, facts: WORKED.facts.filter(({ fact }) => fact.kind !== 'payout_items') };
    expect(payoutRowOf(input)).toBe('po_1 49923 49923 49923');
  });

  test('a member of two facts, a movement and the fee beside it, counts with both', () => {
    const back = refundFailed('21.65');
    const beside = { ...fee('0.50'), source: back.source };
    const items = { ...WORKED.facts.find(({ fact }) => fact.kind === 'payout_items')!.fact };
    const list = { ...items, members: [{ objectId: back.source.objectId, net: usd('21.15') }] } as typeof items;
    const context = { items: list as never };
    const input = books([inputOf(back), inputOf(beside), inputOf(payout('21.15'), { context })], [list]);
    expect(payoutRowOf(input)).toBe('po_1 2115 2115 2115');
    const unread = { ...input, facts: input.facts.filter(({ id }) => id !== factIdOf(back)) };
    expect(payoutRowOf(unread)).not.toBe('po_1 2115 2115 2115');
  });
});

describe('days of bitcoin', () => {
  const settings = { mode: 'invoicing' };
  const context = { ledgerInvoice: LEDGER_INVOICE };

  test('a payment with dust counts with both its documents', () => {
    const dusty = bitcoin('125.53', { exception: 'over', surplus: usd('0.03') });
    expect(rowsOf(books([inputOf(dusty, { settings, context })]))).toEqual(['2026-03-01 12553 12553 12553']);
  });

  test('coins at market value are no difference, and a missing value entry is', () => {
    const input = books([
      inputOf(bitcoin('125.50'), {
        settings: { ...settings, bitcoinValue: 'market' },
        context: { ...context, marketRate: '50200' },
      }),
    ]);
    expect(rowsOf(input)).toEqual(['2026-03-01 12600 12600 12600']);
    expect(rowsOf(withDocument(input, 1, null))).toEqual(['2026-03-01 12600 12600 12550; deleted 50']);
  });

  test('one that waits for a decision is missing with its value', () => {
    const late = bitcoin('125.50', { status: 'expired', exception: 'late' });
    expect(rowsOf(books([inputOf(late, { settings, context })]))).toEqual(['2026-03-01 12550 0 0; missing 12550']);
  });

  test('one that is not settled yet is nothing on either side', () => {
    const processing = bitcoin('125.50', {}, { paymentStatus: 'processing' });
    expect(rowsOf(books([inputOf(processing, { settings, context })]))).toEqual([]);
  });
});

test('money in suspense is in the ledger, so the days agree', () => {
  expect(rowsOf(books([inputOf(adjustment('-12.34', [feePart('0.30')]))]))).toEqual(['2026-03-01 -1264 -1264 -1264']);
});
