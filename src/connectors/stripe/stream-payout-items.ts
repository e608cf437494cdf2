import { AssertionFailed } from '../../kernel/assert.ts';
import type { Json } from '../../kernel/json.ts';
import { type JsonObject, type OneRead, type Stream, textOf } from '../sdk/index.ts';
import { listRequest, OPERATIONS } from './api.ts';
import { readSingle } from './listing.ts';
import { balanceTransactions } from './listings.ts';
import { readPage, unreadable } from './rows.ts';

/** A payout of more than 100,000 movements is refused rather than cut short. */
const MOST_PAGES = 1_000;
/** What the members need to be compared with what is posted. */
const KEPT = ['id', 'net', 'currency', 'created', 'type'];

/**
 * What an automatic payout is made of. There is no list of these: a payout that is reconciled is followed. The
 * movements come along as balance transactions, so members from before the connection are there, too.
 */
export const payoutItemStream: Stream = {
  name: 'payout_items',
  description: 'What each automatic payout is made of',
  open: () => null,
  request: () => {
    throw new AssertionFailed('payout_items has no list');
  },
  read: () => {
    throw new AssertionFailed('payout_items has no list');
  },
  one: {
    next(_context, payout, bodies) {
      if (bodies.length >= MOST_PAGES) throw unreadable(`payout ${payout} has too many items`);
      const last = bodies.at(-1);
      if (last === undefined) return itemsRequest(payout);
      const { rows, hasMore } = readPage(last);
      return hasMore ? itemsRequest(payout, textOf(rows.at(-1), 'id') ?? undefined) : null;
    },
    read: (_context, payout, bodies) =>
      readItems(
        payout,
        bodies.flatMap((body) => readPage(body).rows),
      ),
  },
};

function itemsRequest(payout: string, after?: string) {
  return listRequest(OPERATIONS.balanceTransactions, { payout, after, expand: ['data.source'] });
}

function readItems(payout: string, rows: readonly JsonObject[]): OneRead {
  const items = rows.map((row) => ({ ...pick(row, KEPT), source: sourceId(row) }));
  const record = {
    stream: 'payout_items',
    externalId: payout,
    version: null,
    aliases: [],
    settled: true,
    createdAt: null,
    deleted: false,
    body: { payout, items },
  };
  return { records: [record, ...rows.flatMap((row) => readSingle(balanceTransactions, row).records)], follow: [] };
}

function sourceId(row: JsonObject): Json {
  const { source } = row;
  return typeof source === 'string' ? source : textOf(source, 'id');
}

function pick(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}
