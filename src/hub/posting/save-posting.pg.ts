import type { MakeId, PostingId } from '../../kernel/ids.ts';
import type { DocumentKind } from '../../model/document.ts';
import { at, change, firstRow, nextState, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import type { Saved, SavePlan } from './outbox-store.ts';
import { documentNumber, type PlannedPosting } from './plan/index.ts';
import { type PostingState, writeDocument } from './posting.ts';
import { differenceText, entryText } from './said.ts';
import { POSTING_TABLE, statesBefore } from './states.ts';

interface KnownRow {
  readonly state: PostingState;
  readonly wanted: 'live' | 'void';
  readonly first_sent_at: number | null;
  readonly entry: string;
}

/** Keeps one posting for each id, and one posting for each leg, whatever is planned how often. */
export async function savePosting(tx: Tx, plan: SavePlan, makeId: MakeId): Promise<Saved> {
  const { posting } = plan;
  if (await insertNew(tx, plan, makeId)) return 'new';
  const { covered, freed, known } = await lookUp(tx, posting);
  if (known !== null && isOver(known.state)) return 'undone';
  if (covered) return 'already_there';
  if (freed) await releaseLegs(tx, posting);
  // Not inserted: another process plans the same at this moment.
  if (known === null) return (await insertNew(tx, plan, makeId)) ? 'new' : 'busy';
  if (known.wanted === 'void') return 'busy';
  if (known.entry === entryText(posting.document, posting.entry)) {
    return known.state === 'planned' && known.first_sent_at === null ? replace(tx, plan) : 'already_there';
  }
  switch (known.state) {
    case 'planned':
    case 'dead':
      return replace(tx, plan);
    case 'sending':
    case 'uncertain':
      return 'busy';
    default:
      await noteDifference(tx, plan, makeId);
      return 'differs';
  }
}

interface LookedUp {
  /** Another posting stands for one of its legs. */
  readonly covered: boolean;
  /** One of its legs is that of a posting that is over. */
  readonly freed: boolean;
  /** What is stored under its id. */
  readonly known: KnownRow | null;
}

async function lookUp(tx: Tx, { id, covers }: PlannedPosting): Promise<LookedUp> {
  const owners = sql`
    select 1 from posting_legs l join postings o on o.id = l.posting_id where l.leg_id = any(${[...covers]}::text[]) and o.id <> ${id}`;
  const row = await firstRow<{ covered: boolean; freed: boolean } & { [K in keyof KnownRow]: KnownRow[K] | null }>(
    tx,
    sql`
    select exists (${owners} and not ${IS_OVER}) as covered, exists (${owners} and ${IS_OVER}) as freed,
      p.state, p.wanted, p.first_sent_at, p.occurred_on || ' ' || p.kind || ' ' || coalesce((
        select string_agg(role || ' ' || amount_minor || ' ' || currency, ', ' order by line) from posting_lines where posting_id = p.id), '') as entry
    from (select 1) as one left join postings p on p.id = ${id}`,
  );
  const known =
    row?.state == null
      ? null
      : { state: row.state, wanted: row.wanted!, first_sent_at: row.first_sent_at, entry: row.entry ?? '' };
  return { covered: row?.covered ?? false, freed: row?.freed ?? false, known };
}

const IS_OVER = sql`o.state in ('voided', 'superseded')`;

function isOver(state: PostingState): boolean {
  return state === 'voided' || state === 'superseded';
}

/** What is in no ledger and wanted in none stands for nothing any more. */
async function releaseLegs(tx: Tx, { covers }: PlannedPosting): Promise<void> {
  await sql`
    delete from posting_legs l using postings o where o.id = l.posting_id and l.leg_id = any(${[...covers]}::text[]) and ${IS_OVER}`.execute(
    tx,
  );
}

async function insertNew(tx: Tx, plan: SavePlan, makeId: MakeId): Promise<boolean> {
  if (!(await insertIfNew(tx, plan))) return false;
  if (plan.posting.replaces !== null) await takePlace(tx, plan.posting.id, plan.posting.replaces, plan.now);
  await noteAttention(tx, plan, makeId);
  return true;
}

/** What was to go after the voided posting goes after this one, and refers to it. */
async function takePlace(tx: Tx, id: PostingId, replaced: PostingId, now: number): Promise<void> {
  await sql`
    update postings set state = ${nextState(POSTING_TABLE, 'supersede')} where id = ${replaced} and state = any(${statesBefore('supersede')}::text[])`.execute(
    tx,
  );
  await sql`
    with moved as (
      update posting_needs n set needs_id = ${id} from postings p
      where n.needs_id = ${replaced} and p.id = n.posting_id and p.state in ('planned', 'sending', 'uncertain', 'dead') returning n.posting_id)
    update postings set document = replace(document, ${replaced}, ${id}) where id in (select posting_id from moved)`.execute(
    tx,
  );
  await resolveAttention(tx, replaced, now);
}

/**
 * Posting, entry, legs and needs in one statement, unless the posting or one of its legs is there already: planning
 * thousands of events is bound by round trips.
 */
async function insertIfNew(tx: Tx, { pair, factId, provider, posting, now }: SavePlan): Promise<boolean> {
  const { held } = posting;
  const row = await firstRow<{ inserted: boolean }>(
    tx,
    sql`
    with posting as (
      insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, generation, recipe, kind, state, occurred_on, currency, total_minor,
        document, number, settings_version, reason_code, reason_detail, held, not_before, planned_at)
      select ${posting.id}, ${pair.tenantId}, ${pair.id}, ${pair.sourceId}, ${pair.ledgerId}, ${factId}, ${posting.leg}, ${posting.generation}::int, ${posting.recipe}, ${posting.document.kind}, 'planned',
        ${posting.document.on}::date, ${posting.total.currency}, ${posting.total.minor}::bigint, ${writeDocument(posting.document, posting.party)},
        ${documentNumber(provider, posting.id)}, ${pair.version}::int, ${held?.code ?? null}, ${held?.detail ?? null}, ${held !== null}::boolean, ${at(now)}::timestamptz, ${at(now)}::timestamptz
      where not exists (select 1 from posting_legs where leg_id = any(${[...posting.covers]}::text[]) and posting_id <> ${posting.id})
      on conflict (id) do nothing returning id),
    lines as (${linesStatement(pair.tenantId, posting)} where exists (select 1 from posting)),
    legs as (
      insert into posting_legs (tenant_id, leg_id, posting_id)
      select ${pair.tenantId}, leg, posting.id from posting, unnest(${[...posting.covers]}::text[]) as leg),
    needs as (${needsStatement(pair.tenantId, posting)} where exists (select 1 from posting))
    select exists (select 1 from posting) as inserted`,
  );
  return row?.inserted ?? false;
}

/** A plan that is in no ledger is replaced; a refusal has already given it another key. */
async function replace(tx: Tx, { pair, posting, now }: SavePlan): Promise<Saved> {
  const { held } = posting;
  const document = writeDocument(posting.document, posting.party);
  // The ledger's turn may have begun to send it since it was looked at.
  const replaced = await change(
    tx,
    sql`
    update postings set state = 'planned', recipe = ${posting.recipe}, kind = ${posting.document.kind}, occurred_on = ${posting.document.on}, currency = ${posting.total.currency},
      total_minor = ${posting.total.minor}, document = ${document}, settings_version = ${pair.version}, reason_code = ${held?.code ?? null}, reason_detail = ${held?.detail ?? null},
      held = ${held !== null}, not_before = ${at(now)}, failures = 0, failing_since = null
    where id = ${posting.id} and state = any(${statesBefore('replan')}::text[])`,
  );
  if (replaced === 0) return 'busy';
  await sql`delete from posting_needs where posting_id = ${posting.id}`.execute(tx);
  await sql`delete from posting_lines where posting_id = ${posting.id}`.execute(tx);
  await sql`delete from posting_legs where posting_id = ${posting.id} and not (leg_id = any(${[...posting.covers]}::text[]))`.execute(
    tx,
  );
  await insertParts(tx, pair.tenantId, posting);
  return 'replanned';
}

async function insertParts(tx: Tx, tenantId: string, posting: PlannedPosting): Promise<void> {
  await linesStatement(tenantId, posting).execute(tx);
  await legsStatement(tenantId, posting).execute(tx);
  await needsStatement(tenantId, posting).execute(tx);
}

function linesStatement(tenantId: string, { id, entry }: PlannedPosting) {
  return sql`
    insert into posting_lines (tenant_id, posting_id, line, role, amount_minor, currency)
    select ${tenantId}, ${id}, * from unnest(${entry.map((_, index) => index)}::int[], ${entry.map((line) => line.role)}::text[],
      ${entry.map((line) => line.amount.minor.toString())}::bigint[], ${entry.map((line) => line.amount.currency)}::text[])`;
}

function legsStatement(tenantId: string, { id, covers }: PlannedPosting) {
  return sql`
    insert into posting_legs (tenant_id, leg_id, posting_id) select ${tenantId}, leg, ${id} from unnest(${[...covers]}::text[]) as leg
    on conflict (leg_id) do nothing`;
}

function needsStatement(tenantId: string, { id, needs }: PlannedPosting) {
  return sql`
    insert into posting_needs (tenant_id, posting_id, needs_id) select ${tenantId}, ${id}, need from unnest(${[...new Set(needs)]}::text[]) as need`;
}

async function noteAttention(tx: Tx, { pair, posting, now }: SavePlan, makeId: MakeId): Promise<void> {
  const reason = posting.held ?? posting.attention;
  if (reason === null) return;
  await raiseAttention(
    tx,
    {
      tenantId: pair.tenantId,
      connectionId: pair.sourceId,
      code: reason.code,
      subject: posting.id,
      detail: reason.detail,
    },
    makeId,
    now,
  );
}

async function noteDifference(tx: Tx, { pair, posting, now }: SavePlan, makeId: MakeId): Promise<void> {
  const row = await firstRow(
    tx,
    sql<{ total_minor: bigint; currency: string; occurred_on: string; kind: DocumentKind }>`
    select total_minor, currency, occurred_on, kind from postings where id = ${posting.id}`,
  );
  const { kind, occurred_on: on, total_minor: minor, currency } = row!;
  const detail = differenceText({ kind, on, total: { minor, currency } }, posting);
  await raiseAttention(
    tx,
    {
      tenantId: pair.tenantId,
      connectionId: pair.sourceId,
      code: 'posting.changed_after_posting',
      subject: posting.id,
      detail,
    },
    makeId,
    now,
  );
}
