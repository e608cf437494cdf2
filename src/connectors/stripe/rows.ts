import { CounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { fieldOf, isObject, type JsonObject, textOf } from '../sdk/index.ts';

/** A page of a Stripe list: rows as they came, newest first. */
export interface ListPage {
  readonly rows: readonly JsonObject[];
  readonly hasMore: boolean;
}

/** Throws `record.unreadable` when the body is no list, or says that there is more after nothing. */
export function readPage(body: Json): ListPage {
  const [data, hasMore] = [fieldOf(body, 'data'), fieldOf(body, 'has_more')];
  if (!Array.isArray(data) || typeof hasMore !== 'boolean') throw unreadable('the answer is no list');
  const rows = data.filter((row): row is JsonObject => isObject(row) && textOf(row, 'id') !== null);
  if (rows.length !== data.length) throw unreadable('a row of the list has no id');
  if (hasMore && rows.length === 0) throw unreadable('the list goes on after an empty page');
  return { rows, hasMore };
}

/** Throws `record.unreadable` when the body is not the object with this id. */
export function readObject(body: Json | undefined, id: string): JsonObject {
  if (!isObject(body) || textOf(body, 'id') !== id) throw unreadable(`the answer is not ${id}`);
  return body;
}

export function unreadable(detail: string): CounterfoilError {
  return new CounterfoilError('record.unreadable', { detail });
}
