import type { Json } from '../../kernel/json.ts';
import type { JsonObject, ProviderRequest } from '../sdk/index.ts';
import { runQuery } from './api.ts';
import { instantOf } from './instant.ts';
import { literal, PAGE_ROWS, selectStatement } from './query.ts';
import { objectOf, objectsOf, requireObject, requireText, textOf, unreadable } from './shape.ts';

/**
 * Where a list goes on. Offsets alone would skip rows: a row that changes meanwhile moves to the end and all later ones
 * step forward. So each page starts at the last change seen, and leaves out what was already read of that second.
 */
interface Position {
  /** Changed at or after this time, as the provider wrote it; null for the start. */
  readonly since: string | null;
  readonly start: number;
  /** Ids already read that changed in the very second of `since`. */
  readonly seen: readonly string[];
}

export interface Rows {
  readonly rows: readonly JsonObject[];
  readonly next: Json | null;
}

/** The query for one page of `entity`. `changedSince` holds until the list itself has come further. */
export function pageRequest(
  companyId: string,
  list: { readonly entity: string; readonly where: readonly string[]; readonly changedSince?: string | null },
  page: Json | null,
): ProviderRequest {
  const { since, start } = positionOf(page);
  const from = since ?? list.changedSince ?? null;
  const changed = from === null ? [] : [`MetaData.LastUpdatedTime >= ${literal(from)}`];
  return runQuery(companyId, selectStatement({ entity: list.entity, where: [...list.where, ...changed], start }));
}

/**
 * Rows of one page and where to go on. No row is lost when rows change meanwhile; one that changed comes again, later
 * and newer. Throws `record.unreadable` when the answer is no query answer, or its rows cannot be paged.
 */
export function readPage(entity: string, page: Json | null, body: Json): Rows {
  const found = requireObject(body, 'QueryResponse')[entity];
  const all = objectsOf(found);
  if (found !== undefined && (!Array.isArray(found) || all.length !== found.length)) unreadable(entity);
  const position = positionOf(page);
  const rows = all.filter((row) => !position.seen.includes(textOf(row.Id) ?? ''));
  return { rows, next: all.length < PAGE_ROWS ? null : { ...positionAfter(position, all) } };
}

function positionAfter(position: Position, rows: readonly JsonObject[]): Position {
  const since = changeTimeOf(rows.at(-1)!);
  const instant = instantOf(since);
  const inThatSecond = rows
    .filter((row) => instantOf(changeTimeOf(row)) === instant)
    .map((row) => requireText(row, 'Id'));
  // A whole page within one second: only the offset can go on.
  const isStuck = position.since !== null && instantOf(position.since) === instant;
  return isStuck
    ? { since: position.since, start: position.start + rows.length, seen: [...position.seen, ...inThatSecond] }
    : { since, start: 1, seen: inThatSecond };
}

function changeTimeOf(row: JsonObject): string {
  const time = textOf(objectOf(row.MetaData)?.LastUpdatedTime);
  return time !== null && instantOf(time) !== null ? time : unreadable('MetaData.LastUpdatedTime');
}

function positionOf(page: Json | null): Position {
  const stored = objectOf(page);
  const start = stored?.start;
  const seen = stored?.seen;
  return {
    since: textOf(stored?.since),
    start: typeof start === 'number' ? start : 1,
    seen: Array.isArray(seen) ? seen.filter((id) => typeof id === 'string') : [],
  };
}
