import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { type JsonObject, readTo, type StreamContext, secondsOf, textOf } from '../sdk/index.ts';
import type { ListPage } from './rows.ts';

/** Rows may appear some minutes after later ones: those of the last minutes are read again … */
export const OVERLAP_S = 600;
/** … but only this often, because a busy account has thousands of them … */
export const OVERLAP_EVERY_S = 300;
/** … and between only these: rows of one second appear one after the other. */
export const SHORT_OVERLAP_S = 30;
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
  overlappedAt: z.number().default(0),
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
  overlappedAt: z.number().default(0),
  /** When the newest object was made that this pass or one before it saw. */
  newest: z.number(),
});
export type WindowCursor = z.output<typeof cursorSchema>;

/** Starts a pass: from the checkpoint less an overlap, or from the oldest open object when it is time to look back. */
export function openWindows(context: StreamContext, checkpoint: Json | null): WindowCursor {
  const to = Math.floor(context.now / 1_000);
  if (checkpoint === null) {
    const from = Math.min(Math.floor(context.since / 1_000), to);
    return startAt({ from, to, lookedBackAt: to, overlappedAt: to });
  }
  const { readTo: newest, lookedBackAt, overlappedAt } = checkpointSchema.parse(checkpoint);
  const overlaps = isTimeAgain(overlappedAt, to, OVERLAP_EVERY_S);
  const start = {
    from: Math.min(newest - (overlaps ? OVERLAP_S : SHORT_OVERLAP_S), to),
    to,
    lookedBackAt,
    overlappedAt: overlaps ? to : overlappedAt,
    newest,
  };
  if (context.oldestOpenAt === null || !isTimeAgain(lookedBackAt, to, LOOK_BACK_EVERY_S)) return startAt(start);
  const oldest = Math.max(Math.floor(context.oldestOpenAt / 1_000), to - LOOK_BACK_S);
  return startAt({ ...start, from: Math.min(start.from, oldest), lookedBackAt: to });
}

/** Also when the last time seems to lie ahead: then a clock was wrong. */
function isTimeAgain(last: number, now: number, every: number): boolean {
  return last > now || now - last >= every;
}

interface Start {
  readonly from: number;
  readonly to: number;
  readonly lookedBackAt: number;
  readonly overlappedAt: number;
  readonly newest?: number;
}

function startAt(start: Start): WindowCursor {
  return { newest: start.from, ...start, start: start.from, span: FIRST_WINDOW_S, after: null };
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

export function checkpointOf(cursor: WindowCursor): z.output<typeof checkpointSchema> {
  const { to, lookedBackAt, overlappedAt, newest } = cursor;
  return { readTo: readTo(newest, to), lookedBackAt, overlappedAt };
}

/** Share of the pass's time that is read when `next` is what remains. */
export function progressOf(cursor: WindowCursor, next: WindowCursor | null): number {
  if (next === null || cursor.to <= cursor.from) return 1;
  return Math.min(1, (next.start - cursor.from) / (cursor.to - cursor.from));
}
