import { rows, sql, type Tx } from '../../platform/store/index.ts';

/** Entries and events that wait for a person, by cause. */
export interface StoppedGroup {
  /** Of `docs/reference/errors.md`. */
  readonly code: string;
  /** An entry was refused or is held; an event could not become one. */
  readonly what: 'entry' | 'event';
  readonly count: number;
  /** Of one of them. */
  readonly detail: string;
}

/** An event that waits for one of these goes on by itself. */
const GOES_ON_BY_ITSELF = ['posting.members_missing', 'posting.original_missing', 'provider.in_progress'];

export const STOPPED_POSTING = sql`(state = 'dead' or (held and state in ('planned', 'posted')))`;
export const STOPPED_FACT = sql`(state = 'waiting' and reason_code is not null and not (reason_code = any(${GOES_ON_BY_ITSELF}::text[])))`;

/** Everything that is stopped, the largest group first. */
export function readStopped(tx: Tx): Promise<StoppedGroup[]> {
  return rows(
    tx,
    sql<StoppedGroup>`
    select code, what, count(*)::int as count, min(detail) as detail from (
      select coalesce(reason_code, 'posting.approval') as code, 'entry' as what, coalesce(reason_detail, '') as detail from postings where ${STOPPED_POSTING}
      union all
      select reason_code, 'event', coalesce(reason_detail, '') from facts where ${STOPPED_FACT}) as stopped
    group by code, what order by count(*) desc, code, what`,
  );
}
