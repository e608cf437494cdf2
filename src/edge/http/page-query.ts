import { z } from 'zod';
import { MAX_PAGE_ITEMS, type PageRequest } from '../../hub/audit/index.ts';
import { isBookDay } from './book-day.ts';
import { type ListName, readCursor } from './cursor.ts';
import { DEFAULT_PAGE_ITEMS, MAX_CURSOR } from './limits.ts';

/** Parameters that every list has. */
export const pageParameters = {
  order: z.enum(['newest', 'oldest']).default('newest'),
  cursor: z.string().max(MAX_CURSOR).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_ITEMS).default(DEFAULT_PAGE_ITEMS),
};

/** First and last day, both included. */
export const dayParameters = {
  from: z.iso.date().refine(isBookDay, 'Not a day of any books.').optional(),
  to: z.iso.date().refine(isBookDay, 'Not a day of any books.').optional(),
};

/** `true` or `false`; nothing else passes for either. */
export const flag = z.enum(['true', 'false']).optional();

export function flagOf(text: 'true' | 'false' | undefined): boolean | null {
  return text === undefined ? null : text === 'true';
}

/** Text that is compared and never interpreted. Control characters are in no id, and the database refuses some. */
export const exactText = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)
  .optional();

interface PageParameters {
  readonly order: 'newest' | 'oldest';
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Throws `request.invalid` for a cursor that is none. */
export function pageRequest<P>(list: ListName, position: z.ZodType<P>, query: PageParameters): PageRequest<P> {
  return { order: query.order, limit: query.limit, after: readCursor(list, position, query.cursor) };
}
