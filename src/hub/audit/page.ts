import { sql } from '../../platform/store/index.ts';

type Sql = ReturnType<typeof sql>;

export type PageOrder = 'newest' | 'oldest';

/** Which part of a list is wanted. `P` is the sort key of its rows. */
export interface PageRequest<P> {
  readonly order: PageOrder;
  /** Sort key of the last row already seen; null for the first page. */
  readonly after: P | null;
  /** At most {@link MAX_PAGE_ITEMS}. */
  readonly limit: number;
}

export interface Page<T, P> {
  readonly items: readonly T[];
  /** Where the next page goes on; null at the end of the list. */
  readonly next: P | null;
}

/** Rows of one page: what a person scrolls through, and far from what a statement has time for. */
export const MAX_PAGE_ITEMS = 200;

/** The parts of a statement that follow from the order: `order by id ${direction}`, `id ${beyond} ${after.id}`. */
export function sortOf(order: PageOrder): { readonly direction: Sql; readonly beyond: Sql } {
  return order === 'newest' ? { direction: sql`desc`, beyond: sql`<` } : { direction: sql`asc`, beyond: sql`>` };
}

/** A `where` of every condition that is wanted; nothing when none is. */
export function whereAll(...conditions: readonly (Sql | null)[]): Sql {
  const wanted = conditions.filter((one) => one !== null);
  return wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`;
}

/** A condition on a value that may be left out. */
export function when<T>(value: T | null, condition: (value: T) => Sql): Sql | null {
  return value === null ? null : condition(value);
}

/** Rows to read for a page: one more than is shown tells whether there is a next page. */
export function rowsToRead({ limit }: Pick<PageRequest<unknown>, 'limit'>): number {
  return Math.min(limit, MAX_PAGE_ITEMS) + 1;
}

/** Cuts off the surplus row that {@link rowsToRead} asked for. */
export function toPage<T, P>(
  found: readonly T[],
  { limit }: Pick<PageRequest<P>, 'limit'>,
  positionOf: (item: T) => P,
): Page<T, P> {
  const items = found.slice(0, Math.min(limit, MAX_PAGE_ITEMS));
  const last = items.at(-1);
  return { items, next: last !== undefined && found.length > items.length ? positionOf(last) : null };
}
