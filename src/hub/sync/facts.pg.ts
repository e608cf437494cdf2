import { sha256Hex } from '../../kernel/digest.ts';
import type { MakeId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { at, change, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import { factToJson } from './fact-json.ts';
import { factId, factRefs, recordSubject, VANISHED } from './stored.ts';
import { type FactsCommit, refKey, type StoredRecord } from './understood.ts';

export interface FactDoors {
  readonly makeId: MakeId;
}

interface CommitInput {
  readonly lease: Lease;
  readonly commits: readonly FactsCommit[];
  readonly now: number;
}

/** Stores what records mean. A fact that is unchanged keeps its state; a changed one is planned anew. */
export async function commitFacts(tx: Tx, doors: FactDoors, { lease, commits, now }: CommitInput): Promise<number> {
  const current = await markNormalised(tx, lease, commits);
  let changed = 0;
  for (const commit of current) {
    for (const fact of commit.facts) if (await saveFact(tx, { lease, record: commit.record, fact, now })) changed += 1;
  }
  for (const commit of await withVanished(tx, lease, current))
    changed += await withdrawVanished(tx, doors, { lease, commit, now });
  await saveWaits(tx, lease, current);
  await noteProblems(tx, doors, { lease, commits: current, now });
  return changed;
}

/** A newer version of a record may have been stored meanwhile: then this reading of it is not the last word. */
async function markNormalised(tx: Tx, lease: Lease, commits: readonly FactsCommit[]): Promise<readonly FactsCommit[]> {
  const records = commits.map((commit) => commit.record);
  const marked = await rows<{ stream: string; external_id: string }>(
    tx,
    sql`
    update records r set normalised = true, problem = c.problem
    from unnest(${records.map((one) => one.stream)}::text[], ${records.map((one) => one.externalId)}::text[], ${records.map((one) => one.bodySha256)}::text[],
      ${commits.map((commit) => commit.problem)}::text[]) as c(stream, id, body, problem)
    where r.connection_id = ${lease.connectionId} and r.stream = c.stream and r.external_id = c.id and r.body_sha256 = c.body
    returning r.stream, r.external_id`,
  );
  const known = new Set(marked.map((row) => refKey({ stream: row.stream, externalId: row.external_id })));
  return commits.filter((commit) => known.has(refKey(commit.record)));
}

/** The commits whose record has a stored fact that it no longer gives; a record with a problem may only be half read. */
async function withVanished(tx: Tx, lease: Lease, commits: readonly FactsCommit[]): Promise<readonly FactsCommit[]> {
  const whole = commits.filter((commit) => commit.problem === null);
  const kept = whole.flatMap((commit) => commit.facts.map((fact) => factId(lease.tenantId, fact)));
  const found = await rows<{ stream: string; external_id: string }>(
    tx,
    sql`
    select distinct f.stream, f.external_id from facts f
    join unnest(${whole.map((one) => one.record.stream)}::text[], ${whole.map((one) => one.record.externalId)}::text[]) as c(stream, id)
      on f.stream = c.stream and f.external_id = c.id
    where f.connection_id = ${lease.connectionId} and not (f.id = any(${kept}::text[])) order by 1, 2`,
  );
  const concerned = new Set(found.map((row) => refKey({ stream: row.stream, externalId: row.external_id })));
  return whole.filter((commit) => concerned.has(refKey(commit.record)));
}

/** True when the fact is new or changed, or when the source gives again what it did not report for a while. */
async function saveFact(
  tx: Tx,
  { lease, record, fact, now }: { lease: Lease; record: StoredRecord; fact: Fact; now: number },
): Promise<boolean> {
  const body = writeJson(factToJson(fact));
  const row = await firstRow(
    tx,
    sql<{ id: string; isKnown: boolean }>`
    insert into facts (id, tenant_id, connection_id, stream, external_id, kind, object_id, occurred_at, refs, body, body_sha256, state, updated_at)
    values (${factId(lease.tenantId, fact)}, ${lease.tenantId}, ${lease.connectionId}, ${record.stream}, ${record.externalId}, ${fact.kind}, ${fact.source.objectId},
      ${at(fact.occurredAt)}, ${factRefs(fact)}, ${body}, ${sha256Hex(body)}, 'new', ${at(now)})
    on conflict (id) do update
      set body = excluded.body, body_sha256 = excluded.body_sha256, occurred_at = excluded.occurred_at, refs = excluded.refs, state = 'new',
          reason_code = null, reason_detail = null, updated_at = excluded.updated_at
      where facts.body_sha256 <> excluded.body_sha256 or facts.reason_code = ${VANISHED.code}
    returning id, (xmax <> 0) as "isKnown"`,
  );
  if (row?.isKnown) await resolveAttention(tx, row.id, now);
  return row !== null;
}

/**
 * A fact that its record no longer gives: forgotten when nothing was ever planned for it (a payment that was replaced
 * before it settled), shown to a person when something was.
 */
async function withdrawVanished(
  tx: Tx,
  { makeId }: FactDoors,
  { lease, commit, now }: { lease: Lease; commit: FactsCommit; now: number },
): Promise<number> {
  const kept = commit.facts.map((fact) => factId(lease.tenantId, fact));
  const vanished = sql`
    connection_id = ${lease.connectionId} and stream = ${commit.record.stream} and external_id = ${commit.record.externalId}
    and not (id = any(${kept}::text[]))`;
  const forgotten = await change(
    tx,
    sql`delete from facts where ${vanished} and not exists (select 1 from postings p where p.fact_id = facts.id)`,
  );
  const shown = await rows<{ id: string }>(
    tx,
    sql`
    update facts set state = 'waiting', reason_code = ${VANISHED.code}, reason_detail = ${VANISHED.detail}, updated_at = ${at(now)}
    where ${vanished} and reason_code is distinct from ${VANISHED.code} returning id`,
  );
  for (const { id } of shown) {
    await raiseAttention(
      tx,
      {
        tenantId: lease.tenantId,
        connectionId: lease.connectionId,
        subject: id,
        ...VANISHED,
      },
      makeId,
      now,
    );
  }
  return forgotten + shown.length;
}

async function saveWaits(tx: Tx, lease: Lease, commits: readonly FactsCommit[]): Promise<void> {
  const waits = commits.flatMap(({ record, missing }) => missing.map((needed) => ({ needed, record })));
  if (waits.length === 0) return;
  await sql`
    insert into record_waits (tenant_id, connection_id, needs_stream, needs_id, stream, external_id)
    select ${lease.tenantId}, ${lease.connectionId}, * from unnest(${waits.map((one) => one.needed.stream)}::text[], ${waits.map((one) => one.needed.externalId)}::text[],
      ${waits.map((one) => one.record.stream)}::text[], ${waits.map((one) => one.record.externalId)}::text[])
    on conflict do nothing`.execute(tx);
}

async function noteProblems(tx: Tx, { makeId }: FactDoors, { lease, commits, now }: CommitInput): Promise<void> {
  const { tenantId, connectionId } = lease;
  const subjectOf = ({ record }: FactsCommit) => recordSubject(connectionId, record);
  await resolveAttention(tx, commits.filter((commit) => commit.problem === null).map(subjectOf), now);
  for (const commit of commits) {
    if (commit.problem === null) continue;
    await raiseAttention(
      tx,
      { tenantId, connectionId, code: 'record.unreadable', subject: subjectOf(commit), detail: commit.problem },
      makeId,
      now,
    );
  }
}
