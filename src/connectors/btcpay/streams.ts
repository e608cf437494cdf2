import { z } from 'zod';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import {
  fieldOf,
  isObject,
  type JsonObject,
  type Page,
  readTo,
  type SourceRecord,
  type Stream,
  type StreamContext,
  secondsOf,
  textOf,
} from '../sdk/index.ts';
import { invoiceRequest, invoicesRequest, PAGE_SIZE, paymentMethodsRequest } from './api.ts';
import { OVERLAP_S, WATCH_LIMIT_S } from './limits.ts';

const STREAM = 'invoices';

const checkpointSchema = z.object({ readTo: z.number() });
const cursorSchema = z.object({
  from: z.number(),
  /** When the pass began, by our clock. */
  to: z.number(),
  /** The list is read from new to old: creation up to which it is still to be read; null at the start. */
  end: z.number().nullable(),
  /** Rows to leave out at `end`: only when one second fills whole pages. */
  skip: z.number(),
  /** Invoices at the border of the page before, which come again. */
  seen: z.array(z.string()),
  /** When the newest invoice was made that this pass or one before it saw. */
  newest: z.number(),
});
type InvoiceCursor = z.output<typeof cursorSchema>;

/**
 * Invoices with their payments. BTCPay has no modification time, so every pass lists again from the oldest invoice that
 * can still change.
 */
export const invoiceStream: Stream = {
  name: STREAM,
  description: 'Invoices with every payment towards them',
  open: (context, checkpoint) => ({ ...start(context, checkpoint) }),
  request: ({ accountId }, json) => {
    const { from, end, skip } = cursorSchema.parse(json);
    return invoicesRequest(accountId, { from, to: end ?? undefined, skip });
  },
  read: (context, json, body) => readPage(context, cursorSchema.parse(json), body),
  one: {
    next: ({ accountId }, id, bodies) => {
      if (bodies.length === 0) return invoiceRequest(accountId, id);
      return bodies.length === 1 ? paymentMethodsRequest(accountId, id) : null;
    },
    read: (context, id, [invoice, paymentMethods = null]) => {
      if (!isObject(invoice) || textOf(invoice, 'id') !== id) throw unreadable(`the answer is not invoice ${id}`);
      assertOfStore(context, invoice);
      if (!Array.isArray(paymentMethods)) throw unreadable(`invoice ${id} has no list of payment methods`);
      return { records: [recordOf({ ...invoice, paymentMethods }, context.now)], follow: [] };
    },
  },
};

function start(context: StreamContext, checkpoint: Json | null): InvoiceCursor {
  const to = Math.floor(context.now / 1_000);
  const from = Math.max(0, startFrom(context, checkpoint, to));
  const newest = checkpoint === null ? from : checkpointSchema.parse(checkpoint).readTo;
  return { from, to, end: null, skip: 0, seen: [], newest };
}

function startFrom(context: StreamContext, checkpoint: Json | null, to: number): number {
  if (checkpoint === null) return Math.min(Math.floor(context.since / 1_000), to);
  const from = Math.min(checkpointSchema.parse(checkpoint).readTo - OVERLAP_S, to);
  if (context.oldestOpenAt === null) return from;
  return Math.min(from, Math.max(Math.floor(context.oldestOpenAt / 1_000), to - WATCH_LIMIT_S));
}

function readPage(context: StreamContext, before: InvoiceCursor, body: Json): Page {
  const rows = rowsOf(body);
  const cursor = { ...before, newest: rows.reduce((so, row) => Math.max(so, createdIn(row)), before.newest) };
  for (const row of rows) assertOfStore(context, row);
  const fresh = rows.filter((row) => !cursor.seen.includes(idIn(row)));
  const next = nextCursor(cursor, rows);
  return {
    records: fresh
      .filter(hasPayments)
      .map((row) => recordOf(row, context.now))
      .reverse(),
    follow: fresh.filter((row) => !hasPayments(row)).map((row) => ({ stream: STREAM, externalId: idIn(row) })),
    cursor: next === null ? null : { ...next },
    checkpoint: { readTo: readTo(cursor.newest, cursor.to) },
    progress: progressOf(cursor, next),
  };
}

/** Without them (a version that does not know the parameter) a list entry would say that nothing was paid. */
function hasPayments(row: JsonObject): boolean {
  return Array.isArray(row.paymentMethods);
}

/**
 * Paging by offset alone would miss what moves when new invoices arrive, so the end moves back to the last row's
 * second. That second is asked for again as a whole, because the server compares fractions that it does not show.
 */
function nextCursor(cursor: InvoiceCursor, rows: readonly JsonObject[]): InvoiceCursor | null {
  const last = rows.at(-1);
  if (last === undefined || rows.length < PAGE_SIZE) return null;
  const end = createdIn(last) + 1;
  if (cursor.end !== null && end >= cursor.end) {
    return { ...cursor, skip: cursor.skip + rows.length, seen: [...cursor.seen, ...rows.map(idIn)] };
  }
  return { ...cursor, end, skip: 0, seen: rows.filter((row) => createdIn(row) <= end).map(idIn) };
}

function progressOf({ from, to }: InvoiceCursor, next: InvoiceCursor | null): number {
  if (next?.end == null || to <= from) return 1;
  return Math.min(1, Math.max(0, (to - next.end) / (to - from)));
}

function recordOf(invoice: JsonObject, now: number): SourceRecord {
  return {
    stream: STREAM,
    externalId: idIn(invoice),
    version: null,
    aliases: [],
    settled: isSettled(invoice, now),
    createdAt: createdIn(invoice) * 1_000,
    deleted: false,
    body: invoice,
  };
}

/** Money can still come, or change its state, until the monitoring ends; New and Processing never just end. */
function isSettled(invoice: JsonObject, now: number): boolean {
  const status = textOf(invoice, 'status');
  if (status === 'New' || status === 'Processing') return false;
  const end = secondsOf(invoice, 'monitoringExpiration');
  return end !== null && now > end * 1_000;
}

function rowsOf(body: Json): readonly JsonObject[] {
  if (!Array.isArray(body)) throw unreadable('the answer is no list of invoices');
  return body.map((row: Json, i) => {
    if (isObject(row) && textOf(row, 'id') !== null && secondsOf(row, 'createdTime') !== null) return row;
    throw unreadable(`[${i}] has no id or creation time`);
  });
}

/**
 * An answer that a proxy gave to the wrong one of two requests may list another store of ours: taken for this one's, its
 * payments would be booked twice.
 */
function assertOfStore({ accountId }: StreamContext, invoice: JsonObject): void {
  const storeId = textOf(invoice, 'storeId');
  if (storeId !== null && storeId !== accountId) throw unreadable(`invoice ${idIn(invoice)} is of another store`);
}

function idIn(row: JsonObject): string {
  return textOf(row, 'id') ?? '';
}

function createdIn(row: JsonObject): number {
  const created = fieldOf(row, 'createdTime');
  return typeof created === 'number' ? created : 0;
}

function unreadable(detail: string): CounterfoilError {
  return new CounterfoilError('record.unreadable', { detail });
}
