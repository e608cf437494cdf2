import { z } from 'zod';
import { CounterfoilError } from '../../kernel/errors.ts';
import { isBookDay } from './book-day.ts';

/** Names the list that a cursor belongs to, so that one of another list is refused. */
export type ListName =
  | 'deliveries'
  | 'postings'
  | 'reconciliations'
  | 'attention'
  | 'connections'
  | 'audit'
  | 'users'
  | 'invitations';

const id = z.string().regex(/^[\w-]{1,64}$/);

/** Position in a list that is sorted by id. */
export const byId = z.strictObject({ id });
/** Position in a list that is sorted by day, then id. */
export const byDay = z.strictObject({ on: z.string().refine(isBookDay), id });

/** Position in a list that is counted from 1. */
export const bySeq = z.strictObject({ seq: z.string().regex(/^\d{1,18}$/) });

/** Opaque to callers: where a page ended. Holds nothing that the page did not show. */
export function writeCursor(list: ListName, position: object | null): string | null {
  return position === null ? null : Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/** Throws `request.invalid` for anything but a cursor of this list. */
export function readCursor<P>(list: ListName, schema: z.ZodType<P>, cursor: string | undefined): P | null {
  if (cursor === undefined) return null;
  const read = z.tuple([z.literal(list), schema]).safeParse(jsonIn(cursor));
  if (read.success) return read.data[1];
  throw new CounterfoilError('request.invalid', {
    field: 'cursor',
    detail: 'cursor: Not a cursor of this list. Take it from `next` of the page before, or leave it out.',
  });
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
