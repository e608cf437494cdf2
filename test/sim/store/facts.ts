import { factToJson } from '../../../src/hub/sync/fact-json.ts';
import { factId, factRefs, recordSubject, VANISHED } from '../../../src/hub/sync/stored.ts';
import type { FactsCommit } from '../../../src/hub/sync/understood.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import type { MakeId } from '../../../src/kernel/ids.ts';
import { writeJson } from '../../../src/kernel/json.ts';
import type { Fact } from '../../../src/model/facts.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import type { FactRow } from './rows.ts';
import { type MemoryTables, objectKey } from './tables.ts';
import { instantOf, textOf, textOrNull } from './values.ts';

export interface FactsInput {
  readonly makeId: MakeId;
  readonly lease: Lease;
  readonly now: number;
}

/** Stores what records mean. A fact that is unchanged keeps its state; a changed one is planned anew. */
export function commitFacts(tables: MemoryTables, input: FactsInput, commits: readonly FactsCommit[]): number {
  const current = commits.filter((commit) => markNormalised(tables, input.lease, commit));
  let changed = 0;
  for (const commit of current)
    for (const fact of commit.facts) if (saveFact(tables, input, commit, fact)) changed += 1;
  for (const commit of withVanished(tables, input.lease, current)) changed += withdrawVanished(tables, input, commit);
  for (const commit of current) saveWaits(tables, input.lease, commit);
  noteProblems(tables, input, current);
  return changed;
}

/** A newer version of a record may have been stored meanwhile: then this reading of it is not the last word. */
function markNormalised(tables: MemoryTables, { connectionId }: Lease, { record, problem }: FactsCommit): boolean {
  const key = objectKey(connectionId, record.stream, record.externalId);
  if (tables.records.get(key)?.bodySha256 !== record.bodySha256) return false;
  tables.records.update(key, { normalised: true, problem: textOrNull(problem) });
  return true;
}

/** True when the fact is new or changed, or when the source gives again what it did not report for a while. */
function saveFact(tables: MemoryTables, input: FactsInput, { record }: FactsCommit, fact: Fact): boolean {
  const { lease, now } = input;
  const id = factId(lease.tenantId, fact);
  const body = writeJson(factToJson(fact));
  const known = tables.facts.get(id);
  if (known?.body === body && known.reasonCode !== VANISHED.code) return false;
  const given = {
    body,
    bodySha256: sha256Hex(body),
    occurredAt: instantOf(fact.occurredAt),
    refs: factRefs(fact).map(textOf),
    state: 'new',
    reasonCode: null,
    reasonDetail: null,
    updatedAt: now,
  } as const;
  if (known !== undefined) {
    tables.facts.update(id, given);
    resolveAttention(tables, lease.tenantId, [id], now);
    return true;
  }
  const { tenantId, connectionId } = lease;
  const { stream, externalId } = record;
  const objectId = textOf(fact.source.objectId);
  tables.facts.insert({ id, tenantId, connectionId, stream, externalId, kind: fact.kind, objectId, ...given });
  return true;
}

/** The commits whose record has a stored fact that it no longer gives; a record with a problem may only be half read. */
function withVanished(tables: MemoryTables, lease: Lease, commits: readonly FactsCommit[]): readonly FactsCommit[] {
  const whole = commits.filter((commit) => commit.problem === null);
  const kept = new Set(whole.flatMap((commit) => idsOf(lease, commit)));
  return whole.filter((commit) => factsOf(tables, lease, commit).some(({ id }) => !kept.has(id)));
}

/**
 * A fact that its record no longer gives: forgotten when nothing was ever planned for it (a payment that was replaced
 * before it settled), shown to a person when something was.
 */
function withdrawVanished(tables: MemoryTables, { makeId, lease, now }: FactsInput, commit: FactsCommit): number {
  const { tenantId, connectionId } = lease;
  const kept = new Set(idsOf(lease, commit));
  let withdrawn = 0;
  for (const { id, reasonCode } of factsOf(tables, lease, commit)) {
    if (kept.has(id)) continue;
    if (tables.postings.by('fact', id).length === 0) tables.facts.delete(id);
    else if (reasonCode !== VANISHED.code) {
      tables.facts.update(id, {
        state: 'waiting',
        reasonCode: VANISHED.code,
        reasonDetail: VANISHED.detail,
        updatedAt: now,
      });
      raiseAttention(tables, { tenantId, connectionId, subject: id, ...VANISHED }, makeId, now);
    } else continue;
    withdrawn += 1;
  }
  return withdrawn;
}

function idsOf({ tenantId }: Lease, { facts }: FactsCommit): string[] {
  return facts.map((fact) => factId(tenantId, fact));
}

function factsOf(tables: MemoryTables, { connectionId }: Lease, { record }: FactsCommit): FactRow[] {
  return tables.facts.by('record', objectKey(connectionId, record.stream, record.externalId));
}

function saveWaits(tables: MemoryTables, { connectionId }: Lease, { record, missing }: FactsCommit): void {
  const { stream, externalId } = record;
  for (const needed of missing) {
    const [needsStream, needsId] = [textOf(needed.stream), textOf(needed.externalId)];
    const key = `${objectKey(connectionId, needsStream, needsId)} ${stream} ${externalId}`;
    if (tables.recordWaits.get(key) === undefined)
      tables.recordWaits.insert({ connectionId, needsStream, needsId, stream, externalId });
  }
}

function noteProblems(tables: MemoryTables, { makeId, lease, now }: FactsInput, commits: readonly FactsCommit[]): void {
  const { tenantId, connectionId } = lease;
  const subjectOf = ({ record }: FactsCommit) => recordSubject(connectionId, record);
  const understood = commits.filter((commit) => commit.problem === null);
  resolveAttention(tables, tenantId, understood.map(subjectOf), now);
  for (const commit of commits) {
    if (commit.problem === null) continue;
    const item = { code: 'record.unreadable', subject: subjectOf(commit), detail: commit.problem } as const;
    raiseAttention(tables, { tenantId, connectionId, ...item }, makeId, now);
  }
}
