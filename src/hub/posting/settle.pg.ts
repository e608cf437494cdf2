import type { AttemptId, MakeId, PostingId } from '../../kernel/ids.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { at, atOrNull, change, nextState, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention, resolveHindrances } from '../audit/index.ts';
import type { SettleAttempt } from './delivery-store.ts';
import type { Posting } from './posting.ts';
import { POSTING_TABLE, statesBefore } from './states.ts';
import { isPlainAcceptance } from './verdict.ts';

interface SettleAll {
  readonly lease: Lease;
  readonly results: readonly SettleAttempt[];
  readonly now: number;
}

/** Writes what became of calls and look-ups; an event that the row's state does not allow changes nothing. */
export async function settleAll(tx: Tx, makeId: MakeId, { lease, results, now }: SettleAll): Promise<void> {
  const plain = results.filter((result) => isPlainAcceptance(result.settlement));
  await settleAccepted(tx, plain, now);
  for (const result of results)
    if (!isPlainAcceptance(result.settlement)) await settleOne(tx, makeId, lease, result, now);
}

/** Three statements for the whole batch instead of three for each. */
async function settleAccepted(tx: Tx, results: readonly SettleAttempt[], now: number): Promise<void> {
  if (results.length === 0) return;
  const ids = results.map((one) => one.posting.id);
  await sql`
    update postings p set state = ${nextState(POSTING_TABLE, 'accepted', 'p.state')}, reason_code = null, reason_detail = null, batch = null, held = false, not_before = ${at(now)}, failures = 0, failing_since = null,
      document_id = a.document_id, document_version = a.version, posted_at = ${at(now)}
    from unnest(${ids}::text[], ${results.map((one) => one.settlement.document?.documentId ?? null)}::text[], ${results.map((one) => one.settlement.document?.version ?? null)}::text[])
      as a(id, document_id, version)
    where p.id = a.id and p.state = any(${statesBefore('accepted')}::text[])`.execute(tx);
  await sql`update attempts set finished_at = ${at(now)}, result = 'accepted' where id = any(${results.flatMap((one) => one.attemptId ?? [])}::text[])`.execute(
    tx,
  );
  await resolveHindrances(tx, ids, now);
}

async function settleOne(
  tx: Tx,
  makeId: MakeId,
  lease: Lease,
  { posting, attemptId, settlement }: SettleAttempt,
  now: number,
): Promise<void> {
  const { event, reason, document, held, remove, failed, notBefore, newKey, batch } = settlement;
  // A look that found nothing is no success: what failed before it is still failing.
  const streak =
    attemptId === null && document === null
      ? sql`failures = failures, failing_since = failing_since`
      : sql`failures = ${failed ? posting.failures + 1 : 0}, failing_since = ${failed ? at(posting.failingSince ?? now) : null}::timestamptz`;
  // A send that certainly did not reach the ledger starts no window; one whose outcome was ever unknown keeps its own.
  const firstSentAt = event === 'not_applied' ? atOrNull(posting.firstSentAt) : null;
  await sql`
    update postings set state = ${nextState(POSTING_TABLE, event)}, reason_code = ${reason?.code ?? null}, reason_detail = ${reason?.detail ?? null}, batch = ${batch}, held = ${held},
      not_before = ${at(notBefore)}, ${streak},
      looks = looks + case when state = 'uncertain' then 1 else 0 end, key_revision = key_revision + ${newKey ? 1 : 0},
      first_sent_at = case when ${event === 'not_applied'} then ${firstSentAt}::timestamptz else first_sent_at end,
      document_id = coalesce(${document?.documentId ?? null}, document_id), document_version = coalesce(${document?.version ?? null}, document_version),
      adopted = adopted or ${event === 'found'}, posted_at = case when ${document !== null} then ${at(now)}::timestamptz else posted_at end,
      wanted = case when ${remove} then 'void' else wanted end
    where id = ${posting.id} and state = any(${statesBefore(event)}::text[])`.execute(tx);
  if (attemptId !== null) await finishAttempt(tx, attemptId, settlement, now);
  else await recordLookUp(tx, makeId, { lease, posting, settlement, now });
  if (await isVoided(tx, posting.id, now)) await resolveAttention(tx, posting.id, now);
  else if (settlement.attention && reason !== null) {
    await raiseAttention(
      tx,
      {
        tenantId: lease.tenantId,
        connectionId: posting.sourceId,
        code: reason.code,
        subject: posting.id,
        detail: reason.detail,
      },
      makeId,
      now,
    );
  } else if (document !== null) await resolveHindrances(tx, posting.id, now);
}

/** What the source took back meanwhile and is certainly not in the ledger has reached its end. */
async function isVoided(tx: Tx, id: PostingId, now: number): Promise<boolean> {
  const voided = await change(
    tx,
    sql`
    update postings set state = 'voided', held = false, touched_at = ${at(now)} where id = ${id} and wanted = 'void' and state in ('planned', 'dead')`,
  );
  return voided > 0;
}

export async function finishAttempt(
  tx: Tx,
  attemptId: AttemptId,
  { event, reason }: Pick<SettleAttempt['settlement'], 'event' | 'reason'>,
  now: number,
): Promise<void> {
  await sql`update attempts set finished_at = ${at(now)}, result = ${event}, error_code = ${reason?.code ?? null}, error_detail = ${reason?.detail ?? null} where id = ${attemptId}`.execute(
    tx,
  );
}

/** Looks are attempts too: they prove that nothing was sent again before one. */
async function recordLookUp(
  tx: Tx,
  makeId: MakeId,
  {
    lease,
    posting,
    settlement,
    now,
  }: { lease: Lease; posting: Posting; settlement: SettleAttempt['settlement']; now: number },
): Promise<void> {
  const { event, reason } = settlement;
  await sql`
    insert into attempts (id, tenant_id, posting_id, operation, fence, started_at, finished_at, result, error_code, error_detail)
    values (${makeId('att')}, ${lease.tenantId}, ${posting.id}, 'look_up', ${lease.fence}, ${at(now)}, ${at(now)}, ${event}, ${reason?.code ?? null}, ${reason?.detail ?? null})`.execute(
    tx,
  );
}
