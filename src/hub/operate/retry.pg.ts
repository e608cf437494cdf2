import type { ConnectionId, FactId, PostingId } from '../../kernel/ids.ts';
import { PRIORITY, wake } from '../../platform/engine/index.ts';
import { at, change, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import type { PostingState } from '../posting/index.ts';
import { STOPPED_FACT, STOPPED_POSTING } from './stopped.pg.ts';

/** What is meant: by id, by cause, or with neither everything that is stopped. */
export interface RetryFilter {
  /** Of postings or facts. */
  readonly ids: readonly string[] | null;
  /** Cause, as in `docs/reference/errors.md`. */
  readonly code: string | null;
}

export interface StoppedPosting {
  readonly id: PostingId;
  readonly factId: FactId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly state: PostingState;
  readonly code: string | null;
  readonly detail: string | null;
  /** A call for it ended once without a known outcome: its first send still counts. */
  readonly hadUnknownOutcome: boolean;
}

export interface StoppedFact {
  readonly id: FactId;
  readonly sourceId: ConnectionId;
  readonly code: string | null;
  readonly detail: string | null;
}

export function selectStoppedPostings(tx: Tx, { ids, code }: RetryFilter): Promise<StoppedPosting[]> {
  return rows(
    tx,
    sql<StoppedPosting>`
    select id, fact_id as "factId", source_connection_id as "sourceId", ledger_connection_id as "ledgerId", state, reason_code as code, reason_detail as detail,
      exists (select 1 from attempts a where a.posting_id = postings.id and a.operation = 'create' and (a.result is null or a.result = 'outcome_unknown')) as "hadUnknownOutcome"
    from postings where ${STOPPED_POSTING} and ${meant(ids, code)} order by occurred_on, id`,
  );
}

/** A source that changed after posting waits for a decision, which trying again is not. */
export function selectStoppedFacts(tx: Tx, { ids, code }: RetryFilter): Promise<StoppedFact[]> {
  return rows(
    tx,
    sql<StoppedFact>`
    select id, connection_id as "sourceId", reason_code as code, reason_detail as detail from facts
    where ${STOPPED_FACT} and reason_code <> 'posting.changed_after_posting' and ${meant(ids, code)} order by occurred_at, id`,
  );
}

function meant(ids: readonly string[] | null, code: string | null) {
  const byId = ids === null ? sql`true` : sql`id = any(${[...ids]}::text[])`;
  const byCode = code === null ? sql`true` : sql`reason_code = ${code}`;
  return sql`(${byId} and ${byCode})`;
}

/** Events are planned again with the mapping and settings of now. */
export function replanFacts(tx: Tx, ids: readonly FactId[], now: number): Promise<number> {
  return change(
    tx,
    sql`update facts set state = 'new', updated_at = ${at(now)} where id = any(${[...ids]}::text[]) and state in ('planned', 'waiting')`,
  );
}

/**
 * A refused entry, of which it is certain that it is in no ledger, becomes a plan again. It stays held until the
 * planner has been over it, so that the ledger's next turn cannot send what it says now.
 */
export function reopenRefused(tx: Tx, ids: readonly PostingId[], now: number): Promise<number> {
  return change(
    tx,
    sql`
    update postings set state = 'planned', held = true, first_sent_at = null, batch = null, not_before = ${at(now)}, failures = 0, failing_since = null
    where id = any(${[...ids]}::text[]) and state = 'dead'`,
  );
}

/** An entry that was refused or held after a call is sent again as it is: what was sent first still counts. */
export function liftHold(tx: Tx, ids: readonly PostingId[], now: number): Promise<number> {
  return change(
    tx,
    sql`
    update postings set state = case state when 'dead' then 'planned' else state end, held = false, reason_code = null, reason_detail = null,
      not_before = ${at(now)}, failures = 0, failing_since = null
    where id = any(${[...ids]}::text[]) and (state = 'dead' or (held and state in ('planned', 'posted')))`,
  );
}

/** How many of these are still stopped. */
export async function countStillStopped(
  tx: Tx,
  postingIds: readonly PostingId[],
  factIds: readonly FactId[],
): Promise<number> {
  const row = await firstRow(
    tx,
    sql<{ count: number }>`
    select (select count(*) from postings where id = any(${[...postingIds]}::text[]) and ${STOPPED_POSTING})::int
      + (select count(*) from facts where id = any(${[...factIds]}::text[]) and ${STOPPED_FACT})::int as count`,
  );
  return row!.count;
}

export async function wakeAll(tx: Tx, ids: readonly ConnectionId[], now: number): Promise<void> {
  for (const id of [...new Set(ids)].sort()) await wake(tx, id, now, PRIORITY.live);
}
