import type { MakeId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import { at, firstRow, sql, type Tx } from '../../platform/store/index.ts';
import { CHAIN_START, hashOf } from './chain.ts';
import type { AuditHead, Change } from './change.ts';
import { maskDiff } from './mask.ts';

/**
 * Adds a change to the tenant's audit, in the transaction that makes it: both are there or neither. The transaction is
 * the tenant's. Changes of one tenant take turns from here to their commit, so record them last.
 */
export async function recordChange(tx: Tx, change: Change, makeId: MakeId, now: number): Promise<void> {
  const { tenantId, actor, action, subject } = change;
  const head = await lockHead(tx, tenantId);
  const entry = {
    tenantId,
    actor,
    action,
    subject,
    seq: head.seq + 1n,
    id: makeId('aud'),
    at: now,
    diff: writeJson(maskDiff(change.diff)),
    previousHash: head.hash,
  };
  const hash = hashOf(entry);
  await sql`
    insert into audit_entries (tenant_id, seq, id, at, actor_kind, actor_id, action, subject, diff, previous_hash, hash)
    values (${tenantId}, ${entry.seq}, ${entry.id}, ${at(now)}, ${actor.kind}, ${actor.id}, ${action}, ${subject}, ${entry.diff}, ${entry.previousHash}, ${hash})`.execute(
    tx,
  );
  await sql`update audit_heads set seq = ${entry.seq}, hash = ${hash} where tenant_id = ${tenantId}`.execute(tx);
}

async function lockHead(tx: Tx, tenantId: string): Promise<AuditHead> {
  await sql`
    insert into audit_heads (tenant_id, seq, hash) values (${tenantId}, 0, ${CHAIN_START.hash})
    on conflict (tenant_id) do nothing`.execute(tx);
  const head = await firstRow<AuditHead>(
    tx,
    sql`select seq, hash from audit_heads where tenant_id = ${tenantId} for update`,
  );
  return head ?? CHAIN_START;
}
