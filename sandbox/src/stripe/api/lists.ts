import type { Page, Row, Table } from '../../core/table.ts';
import type { StripeContext } from '../context.ts';
import { type ApiObject, list, type Rendered, renderObject } from '../render.ts';
import { invalidParameter, resourceMissing } from './errors.ts';
import type { Params } from './params.ts';

/** Parameters that every list takes. */
export const LIST_PARAMS = ['limit', 'starting_after', 'ending_before', 'expand'];
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

function readLimit(params: Params): number {
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw invalidParameter(
      'limit',
      `This value must be between 1 and ${MAX_LIMIT}: limit is ${limit}`,
      'parameter_invalid_integer',
    );
  }
  return limit;
}

/** One page of a table, newest first, filtered. */
export function listRows<T extends Row & ApiObject>(
  context: StripeContext,
  table: Table<T>,
  params: Params,
  query: { readonly url: string; readonly keep: (row: T) => boolean },
): Rendered {
  const startingAfter = params.text('starting_after');
  const endingBefore = params.text('ending_before');
  const page = table.page({ limit: readLimit(params), startingAfter, endingBefore, keep: query.keep });
  if (!page) throw missingCursor(startingAfter, endingBefore);
  return render(context, query.url, page);
}

function missingCursor(startingAfter: string | undefined, endingBefore: string | undefined) {
  const param = endingBefore === undefined ? 'starting_after' : 'ending_before';
  return resourceMissing('object', endingBefore ?? startingAfter ?? '', { param, status: 400 });
}

function render<T extends ApiObject>(context: StripeContext, url: string, page: Page<T>): Rendered {
  const now = context.now();
  const rows = page.rows.map((row) => renderObject(context.state, row, now));
  return list(url, rows, page.hasMore);
}

/** One page of items that are embedded in another object and have no time of their own: in their own order. */
export function listItems(items: readonly ApiObject[], params: Params, url: string): Rendered {
  const limit = readLimit(params);
  const after = params.text('starting_after');
  const before = params.text('ending_before');
  const position = (id: string, param: string) => {
    const index = items.findIndex((item) => item.id === id);
    if (index < 0) throw resourceMissing('object', id, { param, status: 400 });
    return index;
  };
  if (before !== undefined) {
    const end = position(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return list(url, items.slice(start, end), start > 0);
  }
  const start = after === undefined ? 0 : position(after, 'starting_after') + 1;
  return list(url, items.slice(start, start + limit), start + limit < items.length);
}
