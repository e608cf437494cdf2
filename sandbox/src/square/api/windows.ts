import type { Kept } from '../objects/kept.ts';
import { invalid } from './errors.ts';
import { isWithin } from './finding.ts';
import type { Input } from './input.ts';

const YEAR_MS = 365 * 86_400_000;

export const WINDOW_FIELDS = [
  'begin_time',
  'end_time',
  'updated_at_begin_time',
  'updated_at_end_time',
  'sort_field',
  'sort_order',
  'cursor',
  'limit',
  'location_id',
] as const;

export interface Window {
  readonly order: 'ASC' | 'DESC';
  readonly sortBy: (row: Kept<unknown>) => number;
  keeps(row: Kept<unknown>): boolean;
}

/**
 * The times and the order of a list of payments or refunds. Without any time it is the last year by creation; newest
 * first unless said otherwise.
 */
export function windowOf(input: Input, now: number): Window {
  const field = input.oneOf('sort_field', ['CREATED_AT', 'UPDATED_AT']) ?? 'CREATED_AT';
  const order = input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'DESC';
  const until = input.time('end_time') ?? now + 1;
  const updated = { from: input.time('updated_at_begin_time'), until: input.time('updated_at_end_time') };
  const isByUpdate = updated.from !== undefined || updated.until !== undefined;
  if (isByUpdate && field !== 'UPDATED_AT')
    throw invalid('CONFLICTING_PARAMETERS', 'updated_at times need sort_field=UPDATED_AT.', 'sort_field');
  const from = input.time('begin_time') ?? (isByUpdate ? undefined : until - YEAR_MS);
  if (from !== undefined && from > until)
    throw invalid('INVALID_TIME_RANGE', 'begin_time must be before end_time.', 'begin_time');
  return {
    order,
    sortBy: (row) => (field === 'UPDATED_AT' ? row.updated : row.created),
    keeps: (row) => isWithin(row.created, from, until) && isWithin(row.updated, updated.from, updated.until),
  };
}
