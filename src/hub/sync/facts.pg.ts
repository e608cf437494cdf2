import { sha256Hex } from '../../kernel/digest.ts';
import { derivedHash, type FactId, type MakeId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { at, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import { factToJson } from './fact-json.ts';
import type { FactsCommit, StoredRecord } from './store.ts';

export interface FactDoors {
  readonly makeId: MakeId;
}

interface CommitInput {
  readonly lease: Lease;
  readonly commits: readonly FactsCommit[];
  readonly now: number;
}

/** The same object gives the same id for ever, so a fact that comes again is the same fact. */
export function factId(tenantId: string, fact: Fact): FactId {
  const { provider, accountId, objectId } = fact.source;
  return `fct_${derivedHash([tenantId, provider, accountId, objectId, fact.kind])}`;
}

/** Stores what records mean. A fact that is unchanged keeps its state; a changed one is planned anew. */
export async function commitFacts(tx: Tx, doors: FactDoors, { lease, commits, now }: CommitInput): Promise<number> {
  let changed = 0;
  for (const commit of commits) {
    // A newer version of the record may have been stored meanwhile: then this reading of it is not the last word.
    const marked = await firstRow(
      tx,
      sql<{ one: number }>`
      update records set normalised = true, problem = ${commit.problem}
      where connection_id = ${lease.connectionId} and stream = ${commit.record.stream} and external_id = ${commit.record.externalId}
        and body_sha256 = ${commit.record.bodySha256} returning 1 as one`,
    );
    if (marked === null) continue;
    for (const fact of commit.facts) if (await saveFact(tx, { lease, record: commit.record, fact, now })) changed += 1;
    changed += await withdrawVanished(tx, { lease, commit, now });
    await saveWaits(tx, lease, commit);
    await noteProblem(tx, doors, { lease, commit, now });
  }
  return changed;
}

async function saveFact(
  tx: Tx,
  { lease, record, fact, now }: { lease: Lease; record: StoredRecord; fact: Fact; now: number },
): Promise<boolean> {
  const body = writeJson(factToJson(fact));
  const refs = Object.entries(fact.references).map(([key, value]) => `${key}:${value}`);
  const row = await firstRow(
    tx,
    sql<{ id: string }>`
    insert into facts (id, tenant_id, connection_id, stream, external_id, kind, object_id, occurred_at, refs, body, body_sha256, state, updated_at)
    values (${factId(lease.tenantId, fact)}, ${lease.tenantId}, ${lease.connectionId}, ${record.stream}, ${record.externalId}, ${fact.kind}, ${fact.source.objectId},
      ${at(fact.occurredAt)}, ${refs}, ${body}, ${sha256Hex(body)}, 'new', ${at(now)})
    on conflict (id) do update
      set body = excluded.body, body_sha256 = excluded.body_sha256, occurred_at = excluded.occurred_at, refs = excluded.refs, state = 'new',
          reason_code = null, reason_detail = null, updated_at = excluded.updated_at
      where facts.body_sha256 <> excluded.body_sha256
    returning id`,
  );
  return row !== null;
}

/** A fact that its record no longer gives is not silently kept: if it was planned, somebody must look. */
async function withdrawVanished(
  tx: Tx,
  { lease, commit, now }: { lease: Lease; commit: FactsCommit; now: number },
): Promise<number> {
  if (commit.problem !== null) return 0;
  const kept = commit.facts.map((fact) => factId(lease.tenantId, fact));
  const gone = await rows(
    tx,
    sql<{ id: string }>`
    update facts set state = 'waiting', reason_code = 'posting.changed_after_posting', reason_detail = 'The source no longer reports this.', updated_at = ${at(now)}
    where connection_id = ${lease.connectionId} and stream = ${commit.record.stream} and external_id = ${commit.record.externalId}
      and not (id = any(${kept}::text[])) and reason_code is distinct from 'posting.changed_after_posting' returning id`,
  );
  return gone.length;
}

async function saveWaits(tx: Tx, lease: Lease, { record, missing }: FactsCommit): Promise<void> {
  if (missing.length === 0) return;
  await sql`
    insert into record_waits (tenant_id, connection_id, needs_stream, needs_id, stream, external_id)
    select ${lease.tenantId}, ${lease.connectionId}, stream, id, ${record.stream}, ${record.externalId}
    from unnest(${missing.map((one) => one.stream)}::text[], ${missing.map((one) => one.externalId)}::text[]) as needed(stream, id)
    on conflict do nothing`.execute(tx);
}

async function noteProblem(
  tx: Tx,
  { makeId }: FactDoors,
  { lease, commit, now }: { lease: Lease; commit: FactsCommit; now: number },
): Promise<void> {
  const subject = `${lease.connectionId}/${commit.record.stream}/${commit.record.externalId}`;
  if (commit.problem === null) return resolveAttention(tx, subject, now);
  await raiseAttention(
    tx,
    {
      tenantId: lease.tenantId,
      connectionId: lease.connectionId,
      code: 'record.unreadable',
      subject,
      detail: commit.problem,
    },
    makeId,
    now,
  );
}
