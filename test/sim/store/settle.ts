import type { SettleAttempt } from '../../../src/hub/posting/delivery-store.ts';
import { stateAfter } from '../../../src/hub/posting/states.ts';
import { isPlainAcceptance } from '../../../src/hub/posting/verdict.ts';
import type { MakeId, PostingId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { raiseAttention, resolveAttention, resolveHindrances } from './audit.ts';
import { changePosting } from './posting-rows.ts';
import type { PostingRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

interface Settling {
  readonly tables: MemoryTables;
  readonly makeId: MakeId;
  readonly lease: Lease;
  readonly now: number;
}

interface SettleAll {
  readonly lease: Lease;
  readonly results: readonly SettleAttempt[];
  readonly now: number;
}

/** As `settleAll` of `hub/posting/settle.pg.ts`: an event that the row's state does not allow changes nothing. */
export function settleAll(tables: MemoryTables, makeId: MakeId, { lease, results, now }: SettleAll): void {
  const settling = { tables, makeId, lease, now };
  for (const result of results) if (isPlainAcceptance(result.settlement)) settleAccepted(settling, result);
  for (const result of results) if (!isPlainAcceptance(result.settlement)) settleOne(settling, result);
}

function settleAccepted({ tables, lease, now }: Settling, { posting, attemptId, settlement }: SettleAttempt): void {
  const row = tables.postings.get(posting.id);
  const state = row === undefined ? null : stateAfter(row.state, 'accepted');
  if (state !== null)
    changePosting(tables, posting.id, {
      state,
      reasonCode: null,
      reasonDetail: null,
      batch: null,
      held: false,
      notBefore: now,
      failures: 0,
      failingSince: null,
      documentId: settlement.document?.documentId ?? null,
      documentVersion: settlement.document?.version ?? null,
      postedAt: now,
    });
  if (attemptId !== null && tables.attempts.get(attemptId) !== undefined)
    tables.attempts.update(attemptId, { finishedAt: now, result: 'accepted' });
  resolveHindrances(tables, lease.tenantId, [posting.id], now);
}

function settleOne(settling: Settling, result: SettleAttempt): void {
  const { tables, makeId, lease, now } = settling;
  const { posting, settlement } = result;
  writeOutcome(settling, result);
  if (result.attemptId === null) recordLookUp(settling, result);
  else finishAttempt(tables, result.attemptId, settlement, now);
  const { reason } = settlement;
  if (isVoided(settling, posting.id)) resolveAttention(tables, lease.tenantId, [posting.id], now);
  else if (settlement.attention && reason !== null) {
    const { code, detail } = reason;
    const item = { tenantId: lease.tenantId, connectionId: posting.sourceId, code, subject: posting.id, detail };
    raiseAttention(tables, item, makeId, now);
  } else if (settlement.document !== null) resolveHindrances(tables, lease.tenantId, [posting.id], now);
}

function writeOutcome({ tables, now }: Settling, { posting, attemptId, settlement }: SettleAttempt): void {
  const { event, reason, document, held, remove, failed, notBefore, newKey, batch } = settlement;
  const row = tables.postings.get(posting.id);
  if (row === undefined) return;
  const state = stateAfter(row.state, event);
  if (state === null) return;
  changePosting(tables, posting.id, {
    state,
    reasonCode: reason?.code ?? null,
    reasonDetail: reason?.detail ?? null,
    batch,
    held,
    notBefore,
    ...streakAfter(row, attemptId === null && document === null, failed ? { posting, now } : null),
    looks: row.state === 'uncertain' ? row.looks + 1 : row.looks,
    keyRevision: newKey ? row.keyRevision + 1 : row.keyRevision,
    // A send that certainly did not reach the ledger starts no window; one whose outcome was ever unknown keeps its own.
    firstSentAt: event === 'not_applied' ? posting.firstSentAt : row.firstSentAt,
    documentId: document?.documentId ?? row.documentId,
    documentVersion: document?.version ?? row.documentVersion,
    adopted: row.adopted || event === 'found',
    postedAt: document === null ? row.postedAt : now,
    wanted: remove ? 'void' : row.wanted,
  });
}

/** A look that found nothing is no success: what failed before it is still failing. */
function streakAfter(
  { failures, failingSince }: PostingRow,
  isEmptyLook: boolean,
  failure: { readonly posting: SettleAttempt['posting']; readonly now: number } | null,
): Pick<PostingRow, 'failures' | 'failingSince'> {
  if (isEmptyLook) return { failures, failingSince };
  if (failure === null) return { failures: 0, failingSince: null };
  const { posting, now } = failure;
  return { failures: posting.failures + 1, failingSince: posting.failingSince ?? now };
}

/** What the source took back meanwhile and is certainly not in the ledger has reached its end. */
function isVoided({ tables, now }: Settling, id: PostingId): boolean {
  const row = tables.postings.get(id);
  if (row === undefined || row.wanted !== 'void' || (row.state !== 'planned' && row.state !== 'dead')) return false;
  changePosting(tables, id, { state: 'voided', held: false, touchedAt: now });
  return true;
}

export function finishAttempt(
  tables: MemoryTables,
  attemptId: string,
  { event, reason }: Pick<SettleAttempt['settlement'], 'event' | 'reason'>,
  now: number,
): void {
  if (tables.attempts.get(attemptId) === undefined) return;
  tables.attempts.update(attemptId, {
    finishedAt: now,
    result: event,
    errorCode: reason?.code ?? null,
    errorDetail: reason?.detail ?? null,
  });
}

/** Looks are attempts too: they prove that nothing was sent again before one. */
function recordLookUp({ tables, makeId, lease, now }: Settling, { posting, settlement }: SettleAttempt): void {
  const { event, reason } = settlement;
  tables.attempts.insert({
    id: makeId('att'),
    tenantId: lease.tenantId,
    postingId: posting.id,
    operation: 'look_up',
    key: null,
    fence: lease.fence,
    startedAt: now,
    finishedAt: now,
    result: event,
    errorCode: reason?.code ?? null,
    errorDetail: reason?.detail ?? null,
  });
}
