import type { Row, Table } from '../../core/table.ts';
import type { SquareContext } from '../context.ts';
import { invalid, missing, notFound } from './errors.ts';
import type { Input } from './input.ts';

/** The row that a path names, or 404. */
export function findRow<T extends Row>(table: Table<T>, id: string | undefined, what: string): T {
  const row = table.get(id ?? '');
  if (!row) throw notFound(`Could not find ${what} with id: ${id ?? ''}`);
  return row;
}

/** The location that a field names, checked; undefined when it names none. */
export function locationOf(context: SquareContext, input: Input, name = 'location_id'): string | undefined {
  const id = input.text(name);
  if (id !== undefined && !context.hasLocation(id))
    throw invalid('INVALID_VALUE', `Location \`${id}\` does not belong to the merchant.`, name);
  return id;
}

export function needLocation(context: SquareContext, input: Input): string {
  const id = locationOf(context, input);
  if (id === undefined) throw missing('location_id');
  return id;
}

/** A list of locations, each checked. */
export function locationsOf(context: SquareContext, input: Input, name = 'location_ids'): string[] | undefined {
  const ids = input.texts(name);
  const stranger = ids?.find((id) => !context.hasLocation(id));
  if (stranger !== undefined)
    throw invalid('INVALID_VALUE', `Location \`${stranger}\` does not belong to the merchant.`, name);
  return ids;
}

/** Whether a moment lies in a window: from the first one on, before the second. */
export function isWithin(ms: number, from: number | undefined, until: number | undefined): boolean {
  return (from === undefined || ms >= from) && (until === undefined || ms < until);
}

/** A `TimeRange` of a search, as a test of moments; everything passes when it is missing. */
export function rangeOf(input: Input, name: string): (ms: number) => boolean {
  const range = input.object(name);
  const [from, until] = [range.time('start_at'), range.time('end_at')];
  if (from !== undefined && until !== undefined && until < from)
    throw invalid('INVALID_TIME_RANGE', 'end_at must be after start_at.', name);
  return (ms) => (from === undefined || ms >= from) && (until === undefined || ms <= until);
}
