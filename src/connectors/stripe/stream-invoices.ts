import type { Json } from '../../kernel/json.ts';
import { fieldOf, isObject, type JsonObject, type Stream, textOf } from '../sdk/index.ts';
import { listRequest, OPERATIONS } from './api.ts';
import { listingStream, readSingle } from './listing.ts';
import { invoices } from './listings.ts';
import { readObject, readPage, unreadable } from './rows.ts';

/** An invoice of more than 10,000 lines is refused rather than cut short. */
const MOST_LINE_PAGES = 100;

const listed = listingStream(invoices);

/** Invoices; the list embeds ten lines, so a longer one is read on its own with all pages of its lines. */
export const invoiceStream: Stream = {
  ...listed,
  one: {
    next(context, id, bodies) {
      const [invoice, ...pages] = bodies;
      if (invoice === undefined) return listed.one?.next(context, id, bodies) ?? null;
      if (pages.length > MOST_LINE_PAGES) throw unreadable(`invoice ${id} has too many lines`);
      const last = pages.at(-1) ?? fieldOf(invoice, 'lines');
      if (fieldOf(last, 'has_more') !== true) return null;
      return listRequest(OPERATIONS.invoiceLines, { after: textOf(readPage(last).rows.at(-1), 'id') ?? undefined }, id);
    },
    read: (_context, id, [invoice, ...pages]) => readSingle(invoices, withLines(readObject(invoice, id), pages)),
  },
};

function withLines(invoice: JsonObject, pages: readonly Json[]): JsonObject {
  const lines = invoice.lines;
  if (!isObject(lines) || pages.length === 0) return invoice;
  const data = [lines, ...pages].flatMap((page) => readPage(page).rows);
  return { ...invoice, lines: { ...lines, data, has_more: false } };
}
