import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { type JsonObject, readTo, type StreamContext, secondsOf, textOf } from '../sdk/index.ts';
import type { ListPage } from './rows.ts';

/** Rows of the last minutes are read again by each pass: rows of one second may appear one after the other. */
export const OVERLAP_S = 600;
const DAY_S = 86_400;
/**
 * First window of a pass: the day and the minutes that a quiet stream reads again each time fit into it, so that this
 * is one call. A quiet account's windows grow, so that years are a few dozen calls.
 */
const FIRST_WINDOW_S = 2 * DAY_S;
const LONGEST_WINDOW_S = 32 * DAY_S;
/** Lists are newest first, so objects that stay open are found again only by listing from the oldest of them … */
export const LOOK_BACK_S = 100 * DAY_S;
/** … which events and webhooks make rarely necessary: it is the net beneath them. */
export const LOOK_BACK_EVERY_S = 900;

/** What the next pass starts from; instants are unix seconds. */
const checkpointSchema = z.object({
  readTo: z.number(),
  lookedBackAt: z.number(),
});

const cursorSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Start and length of the window being paged. */
  start: z.number(),
  span: z.number(),
  /** Last row of the page before, or null at the start of a window. */
  after: z.string().nullable(),
  lookedBackAt: z.number(),
  /** When the newest object was made that this pass or one before it saw. */
  newest: z.number(),
});
export type WindowCursor = z.output<typeof cursorSchema>;

/** Starts a pass: from the checkpoint less the overlap, or from the oldest open object when it is time to look back. */
export function openWindows(context: StreamContext, checkpoint: Json | null): WindowCursor {
  const to = Math.floor(context.now / 1_000);
  if (checkpoint === null)
    return startAt({ from: Math.min(Math.floor(context.since / 1_000), to), to, lookedBackAt: to });
  const { readTo: newest, lookedBackAt } = checkpointSchema.parse(checkpoint);
  const from = Math.min(newest - OVERLAP_S, to);
  if (context.oldestOpenAt === null || !isTimeToLookBack(lookedBackAt, to))
    return startAt({ from, to, lookedBackAt, newest });
  const oldest = Math.max(Math.floor(context.oldestOpenAt / 1_000), to - LOOK_BACK_S);
  return startAt({ from: Math.min(from, oldest), to, lookedBackAt: to, newest });
}

/** Also when the last look seems to lie ahead: then a clock was wrong. */
function isTimeToLookBack(lookedBackAt: number, to: number): boolean {
  return lookedBackAt > to || to - lookedBackAt >= LOOK_BACK_EVERY_S;
}

interface Start {
  readonly from: number;
  readonly to: number;
  readonly lookedBackAt: number;
  readonly newest?: number;
}

function startAt({ from, to, lookedBackAt, newest = from }: Start): WindowCursor {
  return { from, to, start: from, span: FIRST_WINDOW_S, after: null, lookedBackAt, newest };
}

/** The cursor after a look at the rows of a page. */
export function seen(cursor: WindowCursor, rows: readonly JsonObject[]): WindowCursor {
  const newest = rows.reduce((so, row) => Math.max(so, secondsOf(row, 'created') ?? so), cursor.newest);
  return { ...cursor, newest };
}

export function readCursor(cursor: Json): WindowCursor {
  return cursorSchema.parse(cursor);
}

/** End of the window (exclusive), or undefined for the last: it stays open, in case our clock is behind Stripe's. */
export function windowEnd({ start, span, to }: WindowCursor): number | undefined {
  return start + span >= to ? undefined : start + span;
}

/** Where the pass goes on after a page: down the window, on to the next window, or null at the end. */
export function nextCursor(cursor: WindowCursor, page: ListPage, anchor: string | null): WindowCursor | null {
  if (page.hasMore) return { ...cursor, after: anchor ?? textOf(page.rows.at(-1), 'id') };
  const end = windowEnd(cursor);
  if (end === undefined) return null;
  const span = cursor.after === null ? Math.min(cursor.span * 2, LONGEST_WINDOW_S) : FIRST_WINDOW_S;
  return { ...cursor, start: end, span, after: null };
}

export function checkpointOf({ to, lookedBackAt, newest }: WindowCursor): z.output<typeof checkpointSchema> {
  return { readTo: readTo(newest, to), lookedBackAt };
}

/** Share of the pass's time that is read when `next` is what remains. */
export function progressOf(cursor: WindowCursor, next: WindowCursor | null): number {
  if (next === null || cursor.to <= cursor.from) return 1;
  return Math.min(1, (next.start - cursor.from) / (cursor.to - cursor.from));
}
