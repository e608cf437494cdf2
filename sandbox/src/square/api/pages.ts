import { Buffer } from 'node:buffer';
import { derivedText, HEX } from '../../core/ids.ts';
import { isObject } from '../../core/json.ts';
import type { SquareContext } from '../context.ts';
import { invalid } from './errors.ts';

export interface PageRequest<T> {
  /** Already filtered, in any order. */
  readonly rows: readonly T[];
  readonly id: (row: T) => string;
  readonly sortBy: (row: T) => number | string;
  readonly order: 'ASC' | 'DESC';
  readonly limit: number;
  readonly cursor: string | undefined;
  /** Everything that must be the same on the next page. */
  readonly question: unknown;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Empty on the last page: to be spread into the answer. */
  readonly next: { readonly cursor?: string };
}

type Place = readonly [value: number | string, id: string];

interface Cursor {
  readonly issued: number;
  readonly digest: string;
  readonly after: Place | null;
}

function compare(a: Place, b: Place): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

function write(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function read(text: string): Cursor | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return isObject(value) && typeof value.issued === 'number' ? (value as unknown as Cursor) : null;
  } catch {
    return null;
  }
}

/**
 * One page by where the last one ended, so that rows that move or come up meanwhile shift nothing. A cursor is good for
 * a short while and for the same question only.
 */
export function pageOf<T>(context: SquareContext, request: PageRequest<T>): Page<T> {
  const { settings } = context;
  const digest = derivedText(HEX, 16, JSON.stringify(request.question));
  const now = context.nowMs();
  const cursor = request.cursor === undefined ? null : read(request.cursor);
  const isOld = cursor !== null && now - cursor.issued > settings.cursorLifeSeconds * 1000;
  if (request.cursor !== undefined && (cursor?.digest !== digest || isOld))
    throw invalid('INVALID_CURSOR', 'The pagination cursor is invalid or has expired.', 'cursor');
  const place = (row: T): Place => [request.sortBy(row), request.id(row)];
  const sign = request.order === 'ASC' ? 1 : -1;
  const ordered = [...request.rows].sort((a, b) => sign * compare(place(a), place(b)));
  const after = cursor?.after ?? null;
  const left = after === null ? ordered : ordered.filter((row) => sign * compare(place(row), after) > 0);
  if (settings.emptyFirstPages && cursor === null && left.length > 0)
    return { rows: [], next: { cursor: write({ issued: now, digest, after: null }) } };
  const rows = left.slice(0, request.limit);
  const last = rows.at(-1);
  if (last === undefined || rows.length === left.length) return { rows, next: {} };
  return { rows, next: { cursor: write({ issued: now, digest, after: place(last) }) } };
}
