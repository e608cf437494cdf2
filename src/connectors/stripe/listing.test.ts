import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import type { StreamContext } from '../sdk/index.ts';
import { answering } from './fixtures/account.ts';
import { DAY_ONE, dispute, type Fields, invoice, line, list, payout, row, session } from './fixtures/objects.ts';
import { readPass } from './fixtures/read-pass.ts';
import { listingStream } from './listing.ts';
import { balanceTransactions, checkoutSessions, disputes, invoices, payouts } from './listings.ts';

const DAY = 86_400;
const rows = listingStream(balanceTransactions);

function context(fields: Partial<StreamContext> = {}): StreamContext {
  return {
    accountId: 'acct_1',
    now: (DAY_ONE + 10 * DAY) * 1_000,
    since: DAY_ONE * 1_000,
    oldestOpenAt: null,
    ...fields,
  };
}

function at(...instants: readonly number[]): Fields[] {
  return instants.map((created, i) => row({ id: `txn_${i}`, created }));
}

describe('a pass over a list', () => {
  test('finds every row once, whatever the page size and however many share a second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 * DAY }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (offsets, pageSize) => {
          const data = at(...offsets.map((offset) => DAY_ONE + offset - (offset % 7_200)));
          const answer = answering({ '/v1/balance_transactions': data }, pageSize);
          const { records } = readPass(rows, context({ now: (DAY_ONE + 41 * DAY) * 1_000 }), answer);
          expect(records.map(({ externalId }) => externalId).toSorted()).toEqual(data.map(({ id }) => id).toSorted());
        },
      ),
      { numRuns: 50, seed: 20_261_102 },
    );
  });

  test('goes from the oldest window to the newest, and from old to new in each page', () => {
    const data = at(DAY_ONE + 5, DAY_ONE + 9, DAY_ONE + 2 * DAY, DAY_ONE + 9 * DAY);
    const { records } = readPass(rows, context(), answering({ '/v1/balance_transactions': data }, 10));
    expect(records.map(({ externalId }) => externalId)).toEqual(['txn_0', 'txn_1', 'txn_2', 'txn_3']);
  });

  test('widens its windows while the account is quiet, and says how far it is', () => {
    const long = context({ now: (DAY_ONE + 3 * 365 * DAY) * 1_000 });
    const { requests, pages } = readPass(rows, long, answering({ '/v1/balance_transactions': [] }));
    expect(requests.length).toBeLessThan(45);
    const progress = pages.map((page) => page.progress ?? 0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  test('goes back to short windows where there is much', () => {
    const busy = at(...Array.from({ length: 5 }, (_, i) => DAY_ONE + 2 * DAY + i));
    const { requests } = readPass(rows, context(), answering({ '/v1/balance_transactions': busy }));
    const starts = [...new Set(requests.map(({ query }) => Number(new Map(query).get('created[gte]'))))];
    expect(starts.map((start) => (start - DAY_ONE) / DAY)).toEqual([0, 2, 6, 8]);
  });

  test('of a quiet account is one call after the first, for as long as it is quiet', () => {
    const none = answering({ '/v1/balance_transactions': [] });
    let { checkpoint } = readPass(rows, context(), none);
    for (let day = 11; day < 60; day += 7) {
      const again = readPass(rows, context({ now: (DAY_ONE + day * DAY) * 1_000 }), none, checkpoint);
      const soon = readPass(rows, context({ now: (DAY_ONE + day * DAY + 60) * 1_000 }), none, again.checkpoint);
      expect(soon.requests).toHaveLength(1);
      checkpoint = soon.checkpoint;
    }
  });

  test('leaves its last window open, for rows that are ahead of our clock', () => {
    const ahead = at(DAY_ONE + 10 * DAY + 3);
    const { records } = readPass(rows, context(), answering({ '/v1/balance_transactions': ahead }));
    expect(records).toHaveLength(1);
  });

  test('reads the last ten minutes before the newest row again', () => {
    const newest = DAY_ONE + 10 * DAY - 30;
    const first = readPass(rows, context(), answering({ '/v1/balance_transactions': at(newest) }));
    const late = at(newest - 599, newest - 601);
    const next = context({ now: (DAY_ONE + 11 * DAY) * 1_000 });
    const { records } = readPass(rows, next, answering({ '/v1/balance_transactions': late }), first.checkpoint);
    expect(records.map(({ externalId }) => externalId)).toEqual(['txn_0']);
  });

  test('reads only the last half minute again when the ten were read a moment ago', () => {
    const now = DAY_ONE + 10 * DAY;
    const late = at(now - 29, now - 31, now - 599);
    const passAfter = (seconds: number, checkpoint: Json | null, data = late) =>
      readPass(
        rows,
        context({ now: (now + seconds) * 1_000 }),
        answering({ '/v1/balance_transactions': data }),
        checkpoint,
      );
    const first = passAfter(0, null, at(now));
    const soon = passAfter(299, first.checkpoint);
    expect(soon.records).toHaveLength(1);
    const whole = passAfter(300, soon.checkpoint);
    expect(whole.records).toHaveLength(3);
    expect(passAfter(360, whole.checkpoint).records).toHaveLength(1);
    // A machine whose clock was ahead does not put it off.
    expect(passAfter(-3_600, whole.checkpoint).records).toHaveLength(3);
    // A checkpoint of before.
    const { overlappedAt: _, ...older } = soon.checkpoint as Fields;
    expect(passAfter(60, older).records).toHaveLength(3);
  });

  test('passes over nothing when our clock was ahead, and does not go back for ever when nothing happens', () => {
    const ahead = context({ now: (DAY_ONE + 10 * DAY + 3_600) * 1_000 });
    const first = readPass(rows, ahead, answering({ '/v1/balance_transactions': at(DAY_ONE + 9 * DAY) }));
    const missed = at(DAY_ONE + 10 * DAY + 60);
    const next = context({ now: (DAY_ONE + 10 * DAY + 7_200) * 1_000 });
    const { records } = readPass(rows, next, answering({ '/v1/balance_transactions': missed }), first.checkpoint);
    expect(records).toHaveLength(1);
    const quiet = readPass(rows, context(), answering({ '/v1/balance_transactions': [] }), first.checkpoint);
    expect(quiet.checkpoint).toMatchObject({ readTo: DAY_ONE + 9 * DAY + 3_600 });
  });

  test('asks for the source of every row', () => {
    const { requests } = readPass(rows, context(), answering({ '/v1/balance_transactions': [] }));
    expect(requests[0]?.query).toContainEqual(['expand[]', 'data.source']);
    expect(requests[0]?.query).toContainEqual(['limit', '100']);
  });

  test('refuses an answer that is no list, or that never ends', () => {
    const cursor = rows.open(context(), null) as Json;
    for (const body of [null, {}, { data: [] }, list([], true), list([{ object: 'charge' }])]) {
      expect(() => rows.read(context(), cursor, body)).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
    }
  });
});

describe('objects that are still open', () => {
  const stream = listingStream(disputes);
  const old = dispute({ created: DAY_ONE - 20 * DAY });
  const answer = answering({ '/v1/disputes': [old] });
  const checkpoint = readPass(stream, context(), answer).checkpoint;
  const open = { oldestOpenAt: (DAY_ONE - 20 * DAY) * 1_000 };
  const later = (seconds: number) => ({ ...open, now: (DAY_ONE + 10 * DAY + seconds) * 1_000 });

  test('are listed again every quarter of an hour', () => {
    expect(readPass(stream, context(later(899)), answer, checkpoint).records).toEqual([]);
    const looked = readPass(stream, context(later(900)), answer, checkpoint);
    expect(looked.records).toHaveLength(1);
    expect(readPass(stream, context(later(960)), answer, looked.checkpoint).records).toEqual([]);
  });

  test('are not looked for further back than a hundred days', () => {
    const ages = context({ ...later(900), oldestOpenAt: 0 });
    const { requests } = readPass(stream, ages, answer, checkpoint);
    const first = Number(new Map(requests[0]?.query).get('created[gte]'));
    expect(first).toBe(DAY_ONE + 10 * DAY + 900 - 100 * DAY);
  });
});

describe('a record', () => {
  const settled = (stream: typeof disputes, fields: Fields) => stream.isSettled(fields);

  test('of a payout is settled when nothing more can happen to it', () => {
    expect(settled(payouts, payout({ status: 'paid' }))).toBe(true);
    expect(settled(payouts, payout({ status: 'paid', reconciliation_status: 'in_progress' }))).toBe(false);
    expect(settled(payouts, payout({ status: 'paid', automatic: false, reconciliation_status: 'in_progress' }))).toBe(
      true,
    );
    expect(settled(payouts, payout({ status: 'in_transit' }))).toBe(false);
    for (const status of ['failed', 'canceled']) expect(settled(payouts, payout({ status }))).toBe(true);
  });

  test('of a dispute is settled when it ended', () => {
    for (const status of ['won', 'lost', 'warning_closed', 'prevented']) {
      expect(settled(disputes, dispute({ status }))).toBe(true);
    }
    for (const status of ['needs_response', 'under_review', 'appeal_under_review', 'novelty']) {
      expect(settled(disputes, dispute({ status }))).toBe(false);
    }
  });

  test('of an invoice is open only while somebody owes it', () => {
    expect(settled(invoices, invoice({ status: 'open' }))).toBe(false);
    for (const status of ['draft', 'paid', 'void', 'uncollectible']) {
      expect(settled(invoices, invoice({ status }))).toBe(true);
    }
  });

  test('of a session is settled when it is over and its money is here', () => {
    expect(settled(checkoutSessions, session())).toBe(true);
    expect(settled(checkoutSessions, session({ payment_status: 'unpaid' }))).toBe(false);
    expect(settled(checkoutSessions, session({ status: 'open', payment_status: 'unpaid' }))).toBe(false);
    expect(settled(checkoutSessions, session({ status: 'expired', payment_status: 'unpaid' }))).toBe(true);
  });

  test('of a session keeps nothing that lets somebody act as the customer', () => {
    const stream = listingStream(checkoutSessions);
    const { records } = readPass(stream, context(), answering({ '/v1/checkout/sessions': [session()] }));
    expect(records[0]).toMatchObject({ externalId: 'cs_test_1', aliases: ['pi_1'], createdAt: DAY_ONE * 1_000 });
    expect(Object.keys(records[0]?.body ?? {})).not.toContain('client_secret');
    expect(Object.keys(records[0]?.body ?? {})).not.toContain('url');
  });

  test('that was deleted says so and is settled', () => {
    const stream = listingStream(invoices);
    const { records } = stream.one!.read(context(), 'in_1', [{ id: 'in_1', object: 'invoice', deleted: true }]);
    expect(records[0]).toMatchObject({ deleted: true, settled: true });
  });

  test('is not mistaken for another', () => {
    expect(() => rows.one!.read(context(), 'txn_1', [row({ id: 'txn_2' })])).toThrow(
      expect.objectContaining({ code: 'record.unreadable' }),
    );
  });
});

describe('a page of drafts', () => {
  test('is paged on from an invoice that cannot be deleted meanwhile', () => {
    const stream = listingStream(invoices);
    const page = list([invoice({ id: 'in_kept' }), invoice({ id: 'in_draft', status: 'draft' })], true);
    const cursor = stream.read(context(), stream.open(context(), null) as Json, page).cursor;
    expect(new Map(stream.request(context(), cursor as Json).query).get('starting_after')).toBe('in_kept');
  });

  test('is paged on from its last row when there is nothing else', () => {
    const stream = listingStream(invoices);
    const page = list([invoice({ id: 'in_1', status: 'draft' }), invoice({ id: 'in_2', status: 'draft' })], true);
    const cursor = stream.read(context(), stream.open(context(), null) as Json, page).cursor;
    expect(new Map(stream.request(context(), cursor as Json).query).get('starting_after')).toBe('in_2');
  });
});

test('an invoice with more lines than the list shows is not stored cut short but read alone', () => {
  const stream = listingStream(invoices);
  const long = invoice({ id: 'in_long', lines: { object: 'list', has_more: true, data: [line('il_1', 1)] } });
  const page = stream.read(context(), stream.open(context(), null) as Json, list([invoice(), long]));
  expect(page.records.map(({ externalId }) => externalId)).toEqual(['in_1']);
  expect(page.follow).toEqual([{ stream: 'invoices', externalId: 'in_long' }]);
});
