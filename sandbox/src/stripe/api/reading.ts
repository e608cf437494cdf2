import type { Row, Table } from '../../core/table.ts';
import type { StripeContext } from '../context.ts';
import { type ApiObject, renderById, renderObject } from '../render.ts';
import { resourceMissing } from './errors.ts';
import { LIST_PARAMS, listRows } from './lists.ts';
import type { Params } from './params.ts';
import type { Route } from './route.ts';

export interface Readable<T> {
  /** Below `/v1/`, and the name a restricted key is given. */
  readonly path: string;
  readonly resource?: string;
  /** The word in "No such …". */
  readonly noun: string;
  readonly filters: readonly string[];
  readonly table: (context: StripeContext) => Table<T & Row>;
  /** The filter that the parameters describe, over all rows of the table. */
  readonly keep: (params: Params, context: StripeContext) => (row: T) => boolean;
}

/** Listing and reading one kind of object. */
export function readable<T extends Row & ApiObject>(spec: Readable<T>): Route[] {
  const url = `/v1/${spec.path}`;
  const resource = spec.resource ?? spec.path;
  return [
    {
      method: 'GET',
      path: url,
      resource,
      params: [...LIST_PARAMS, ...spec.filters],
      answer: ({ context, params }) =>
        listRows(context, spec.table(context), params, { url, keep: spec.keep(params, context) }),
    },
    {
      method: 'GET',
      path: `${url}/{id}`,
      resource,
      params: ['expand'],
      answer({ context, id, now }) {
        const row = spec.table(context).get(id);
        if (row) return renderObject(context.state, row, now);
        const deleted = context.state.deleted.has(id) ? renderById(context.state, id, now) : undefined;
        if (deleted?.object === spec.noun) return deleted;
        throw resourceMissing(spec.noun, id, { param: 'id', status: 404 });
      },
    },
  ];
}

/** A filter for rows whose field has the value of the parameter of that name, when it is given. */
export function same<T>(params: Params, name: string, field: (row: T) => unknown): (row: T) => boolean {
  const wanted = params.text(name);
  return wanted === undefined ? () => true : (row) => field(row) === wanted;
}

export function within<T extends Row>(
  params: Params,
  name: string,
  field: (row: T) => number | null,
): (row: T) => boolean {
  const range = params.range(name);
  if (!range) return () => true;
  return (row) => {
    const value = field(row);
    return value !== null && range(value);
  };
}

export function every<T>(...tests: readonly ((row: T) => boolean)[]): (row: T) => boolean {
  return (row) => tests.every((test) => test(row));
}
