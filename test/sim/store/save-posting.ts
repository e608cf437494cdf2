import type { Saved, SavePlan } from '../../../src/hub/posting/outbox-store.ts';
import { documentNumber, type PlannedPosting } from '../../../src/hub/posting/plan/index.ts';
import { writeDocument } from '../../../src/hub/posting/posting.ts';
import { differenceText, entryText } from '../../../src/hub/posting/said.ts';
import { stateAfter } from '../../../src/hub/posting/states.ts';
import type { MakeId, PostingId } from '../../../src/kernel/ids.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import { isLive } from './outbox-facts.ts';
import { changePosting, insertNeed, insertPosting, linesOf } from './posting-rows.ts';
import type { PostingRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

/** As `savePosting` of `hub/posting/save-posting.pg.ts`. The caller sees to it that entries balance at the commit. */
export function savePosting(tables: MemoryTables, plan: SavePlan, makeId: MakeId): Saved {
  const { posting } = plan;
  const known = tables.postings.get(posting.id);
  if (known !== undefined && !isLive(known)) return 'undone';
  const owners = ownersOf(tables, posting);
  if (owners.some(isLive)) return 'already_there';
  releaseLegs(tables, posting, owners);
  if (known === undefined) {
    insert(tables, plan);
    if (posting.replaces !== null) takePlace(tables, plan, posting.replaces);
    noteAttention(tables, plan, makeId);
    return 'new';
  }
  if (known.wanted === 'void') return 'busy';
  if (storedText(tables, known) === entryText(posting.document, posting.entry))
    return known.state === 'planned' && known.firstSentAt === null ? replace(tables, plan, known) : 'already_there';
  switch (known.state) {
    case 'planned':
    case 'dead':
      return replace(tables, plan, known);
    case 'sending':
    case 'uncertain':
      return 'busy';
    default:
      noteDifference(tables, plan, known, makeId);
      return 'differs';
  }
}

/** Other postings that stand for one of its legs, or did. */
function ownersOf(tables: MemoryTables, { id, covers }: PlannedPosting): PostingRow[] {
  return covers.flatMap((leg) => {
    const owner = tables.postingLegs.get(leg);
    return owner === undefined || owner.postingId === id ? [] : tables.postings.get(owner.postingId)!;
  });
}

/** What is in no ledger and wanted in none stands for nothing any more. */
function releaseLegs(tables: MemoryTables, { covers }: PlannedPosting, owners: readonly PostingRow[]): void {
  for (const { id } of owners)
    for (const { legId } of tables.postingLegs.by('posting', id))
      if (covers.includes(legId)) tables.postingLegs.delete(legId);
}

/** What was to go after the voided posting goes after this one, and refers to it. */
function takePlace(tables: MemoryTables, { pair, posting, now }: SavePlan, replaced: PostingId): void {
  const before = tables.postings.get(replaced);
  const state = before && stateAfter(before.state, 'supersede');
  if (state) changePosting(tables, replaced, { state });
  for (const { postingId, needsId } of tables.postingNeeds.by('needs', replaced)) {
    const row = tables.postings.get(postingId)!;
    if (row.state === 'posted' || !isLive(row)) continue;
    tables.postingNeeds.delete(`${postingId} ${needsId}`);
    insertNeed(tables, postingId, posting.id);
    changePosting(tables, postingId, { document: row.document.replaceAll(replaced, posting.id) });
  }
  resolveAttention(tables, pair.tenantId, [replaced], now);
}

function storedText(tables: MemoryTables, row: PostingRow): string {
  const lines = linesOf(tables, row.id).map(({ role, amountMinor: minor, currency }) => ({
    role,
    amount: { minor, currency },
  }));
  return entryText(row, lines);
}

function insert(tables: MemoryTables, { pair, factId, provider, posting, now }: SavePlan): void {
  const { id, leg, generation } = posting;
  insertPosting(tables, {
    ...planOf({ pair, posting, now }),
    id,
    tenantId: pair.tenantId,
    pairId: pair.id,
    sourceId: pair.sourceId,
    ledgerId: pair.ledgerId,
    factId,
    leg,
    generation,
    state: 'planned',
    wanted: 'live',
    number: documentNumber(provider, id),
    keyRevision: 0,
    plannedAt: now,
    firstSentAt: null,
    sentAt: null,
    fence: null,
    looks: 0,
    batch: null,
    documentId: null,
    documentVersion: null,
    adopted: false,
    postedAt: null,
    touchedAt: null,
  });
  for (const legId of posting.covers) tables.postingLegs.insert({ legId, postingId: id });
  insertLinesAndNeeds(tables, posting);
}

/** A plan that is in no ledger is replaced. */
function replace(tables: MemoryTables, plan: SavePlan, known: PostingRow): Saved {
  const { posting } = plan;
  const state = stateAfter(known.state, 'replan');
  if (state === null) return 'busy';
  changePosting(tables, known.id, { ...planOf(plan), state });
  for (const { needsId } of tables.postingNeeds.by('posting', known.id))
    tables.postingNeeds.delete(`${known.id} ${needsId}`);
  for (const { line } of tables.postingLines.by('posting', known.id)) tables.postingLines.delete(`${known.id} ${line}`);
  insertLinesAndNeeds(tables, posting);
  for (const { legId } of tables.postingLegs.by('posting', known.id))
    if (!posting.covers.includes(legId)) tables.postingLegs.delete(legId);
  for (const legId of posting.covers)
    if (tables.postingLegs.get(legId) === undefined) tables.postingLegs.insert({ legId, postingId: known.id });
  return 'replanned';
}

type Planned = Pick<
  PostingRow,
  | 'recipe'
  | 'kind'
  | 'on'
  | 'total'
  | 'document'
  | 'settingsVersion'
  | 'reasonCode'
  | 'reasonDetail'
  | 'held'
  | 'notBefore'
  | 'failures'
  | 'failingSince'
>;

/** The columns that a plan decides, every time that it is made. */
function planOf({ pair, posting, now }: Pick<SavePlan, 'pair' | 'posting' | 'now'>): Planned {
  const { document, party, recipe, total, held } = posting;
  return {
    recipe,
    kind: document.kind,
    on: document.on,
    total,
    document: writeDocument(document, party),
    settingsVersion: pair.version,
    reasonCode: held?.code ?? null,
    reasonDetail: held?.detail ?? null,
    held: held !== null,
    notBefore: now,
    failures: 0,
    failingSince: null,
  };
}

function insertLinesAndNeeds(tables: MemoryTables, { id, entry, needs }: PlannedPosting): void {
  for (const [line, { role, amount }] of entry.entries())
    tables.postingLines.insert({ postingId: id, line, role, amountMinor: amount.minor, currency: amount.currency });
  for (const need of new Set<PostingId>(needs)) insertNeed(tables, id, need);
}

function noteAttention(tables: MemoryTables, { pair, posting, now }: SavePlan, makeId: MakeId): void {
  const reason = posting.held ?? posting.attention;
  if (reason === null) return;
  const { tenantId, sourceId: connectionId } = pair;
  const { code, detail } = reason;
  raiseAttention(tables, { tenantId, connectionId, code, subject: posting.id, detail }, makeId, now);
}

function noteDifference(
  tables: MemoryTables,
  { pair, posting, now }: SavePlan,
  known: PostingRow,
  makeId: MakeId,
): void {
  const { tenantId, sourceId: connectionId } = pair;
  const detail = differenceText(known, posting);
  raiseAttention(
    tables,
    { tenantId, connectionId, code: 'posting.changed_after_posting', subject: posting.id, detail },
    makeId,
    now,
  );
}
