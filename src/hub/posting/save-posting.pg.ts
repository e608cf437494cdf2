import type { MakeId } from '../../kernel/ids.ts';
import type { DocumentKind } from '../../model/document.ts';
import { at, change, firstRow, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention } from '../audit/index.ts';
import type { Saved, SavePlan } from './outbox-store.ts';
import { documentNumber, type PlannedPosting } from './plan/index.ts';
import { type PostingState, writeDocument } from './posting.ts';
import { differenceText, entryText } from './said.ts';
import { statesBefore } from './states.ts';

interface KnownRow {
  readonly state: PostingState;
  readonly first_sent_at: number | null;
  readonly entry: string;
}

/** Keeps one posting for each id, and one posting for each leg, whatever is planned how often. */
export async function savePosting(tx: Tx, plan: SavePlan, makeId: MakeId): Promise<Saved> {
  const { posting } = plan;
  if (await insertIfNew(tx, plan)) {
    await noteAttention(tx, plan, makeId);
    return 'new';
  }
  const { covered, known } = await lookUp(tx, posting);
  if (covered || known === null) return 'already_there';
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

/** Whether another posting stands for one of its legs, and what is stored under its id. */
async function lookUp(tx: Tx, { id, covers }: PlannedPosting): Promise<{ covered: boolean; known: KnownRow | null }> {
  const row = await firstRow<{ covered: boolean } & { [K in keyof KnownRow]: KnownRow[K] | null }>(
    tx,
    sql`
    select exists (select 1 from posting_legs where leg_id = any(${[...covers]}::text[]) and posting_id <> ${id}) as covered,
      p.state, p.first_sent_at, p.occurred_on || ' ' || p.kind || ' ' || coalesce((
        select string_agg(role || ' ' || amount_minor || ' ' || currency, ', ' order by line) from posting_lines where posting_id = p.id), '') as entry
    from (select 1) as one left join postings p on p.id = ${id}`,
  );
  const known =
    row?.state == null ? null : { state: row.state, first_sent_at: row.first_sent_at, entry: row.entry ?? '' };
  return { covered: row?.covered ?? false, known };
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
      insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, recipe, kind, state, occurred_on, currency, total_minor,
        document, number, settings_version, reason_code, reason_detail, held, not_before, planned_at)
      select ${posting.id}, ${pair.tenantId}, ${pair.id}, ${pair.sourceId}, ${pair.ledgerId}, ${factId}, ${posting.leg}, ${posting.recipe}, ${posting.document.kind}, 'planned',
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
