import type { MakeId, PostingId } from '../../kernel/ids.ts';
import { formatAmount } from '../../kernel/money.ts';
import { at, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention } from '../audit/index.ts';
import type { Saved, SavePlan } from './outbox-store.ts';
import { documentNumber, type PlannedPosting } from './plan/index.ts';
import { type PostingState, writeDocument } from './posting.ts';

interface KnownRow {
  readonly state: PostingState;
  readonly first_sent_at: number | null;
  readonly entry: string;
}

/** Keeps one posting for each id, and one posting for each leg, whatever is planned how often. */
export async function savePosting(tx: Tx, plan: SavePlan, makeId: MakeId): Promise<Saved> {
  const { posting } = plan;
  if (await coveredElsewhere(tx, posting)) return 'already_there';
  const known = await knownPosting(tx, posting.id);
  if (known === null) {
    await insertPosting(tx, plan);
    await noteAttention(tx, plan, makeId);
    return 'new';
  }
  if (known.entry === entryText(posting))
    return known.state === 'planned' && known.first_sent_at === null ? replace(tx, plan) : 'already_there';
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

async function coveredElsewhere(tx: Tx, posting: PlannedPosting): Promise<boolean> {
  const row = await firstRow(
    tx,
    sql<{ one: number }>`
    select 1 as one from posting_legs where leg_id = any(${[...posting.covers]}::text[]) and posting_id <> ${posting.id} limit 1`,
  );
  return row !== null;
}

async function knownPosting(tx: Tx, id: PostingId): Promise<KnownRow | null> {
  return firstRow(
    tx,
    sql<KnownRow>`
    select state, first_sent_at, occurred_on || ' ' || kind || ' ' || coalesce((
      select string_agg(role || ' ' || amount_minor || ' ' || currency, ', ' order by line) from posting_lines where posting_id = postings.id), '') as entry
    from postings where id = ${id} for update`,
  );
}

/** What the entry says in the books: day, kind and lines. A memo that changed is no other entry. */
function entryText(posting: PlannedPosting): string {
  const lines = posting.entry.map((line) => `${line.role} ${line.amount.minor} ${line.amount.currency}`).join(', ');
  return `${posting.document.on} ${posting.document.kind} ${lines}`;
}

async function insertPosting(tx: Tx, { pair, factId, provider, posting, now }: SavePlan): Promise<void> {
  const { held } = posting;
  await sql`
    insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, recipe, kind, state, occurred_on, currency, total_minor,
      document, number, settings_version, reason_code, reason_detail, held, not_before, planned_at)
    values (${posting.id}, ${pair.tenantId}, ${pair.id}, ${pair.sourceId}, ${pair.ledgerId}, ${factId}, ${posting.leg}, ${posting.recipe}, ${posting.document.kind}, 'planned',
      ${posting.document.on}, ${posting.total.currency}, ${posting.total.minor}, ${writeDocument(posting.document, posting.party)}, ${documentNumber(provider, posting.id)},
      ${pair.version}, ${held?.code ?? null}, ${held?.detail ?? null}, ${held !== null}, ${at(now)}, ${at(now)})`.execute(
    tx,
  );
  await insertParts(tx, pair.tenantId, posting);
}

/** A plan that is in no ledger is replaced; a refusal has already given it another key. */
async function replace(tx: Tx, { pair, posting, now }: SavePlan): Promise<Saved> {
  const { held } = posting;
  const document = writeDocument(posting.document, posting.party);
  await sql`
    update postings set state = 'planned', recipe = ${posting.recipe}, kind = ${posting.document.kind}, occurred_on = ${posting.document.on}, currency = ${posting.total.currency},
      total_minor = ${posting.total.minor}, document = ${document}, settings_version = ${pair.version}, reason_code = ${held?.code ?? null}, reason_detail = ${held?.detail ?? null},
      held = ${held !== null}, not_before = ${at(now)}, failures = 0, failing_since = null
    where id = ${posting.id}`.execute(tx);
  await sql`delete from posting_needs where posting_id = ${posting.id}`.execute(tx);
  await sql`delete from posting_lines where posting_id = ${posting.id}`.execute(tx);
  await insertParts(tx, pair.tenantId, posting);
  return 'replanned';
}

async function insertParts(tx: Tx, tenantId: string, posting: PlannedPosting): Promise<void> {
  const { entry, needs, covers } = posting;
  await sql`
    insert into posting_lines (tenant_id, posting_id, line, role, amount_minor, currency)
    select ${tenantId}, ${posting.id}, * from unnest(${entry.map((_, index) => index)}::int[], ${entry.map((line) => line.role)}::text[],
      ${entry.map((line) => line.amount.minor.toString())}::bigint[], ${entry.map((line) => line.amount.currency)}::text[])`.execute(
    tx,
  );
  await sql`insert into posting_legs (tenant_id, leg_id, posting_id) select ${tenantId}, leg, ${posting.id} from unnest(${[...covers]}::text[]) as leg on conflict (leg_id) do nothing`.execute(
    tx,
  );
  if (needs.length > 0) {
    await sql`insert into posting_needs (tenant_id, posting_id, needs_id) select ${tenantId}, ${posting.id}, need from unnest(${[...new Set(needs)]}::text[]) as need`.execute(
      tx,
    );
  }
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
  const [is] = await rows(
    tx,
    sql<{ total_minor: bigint; currency: string; occurred_on: string; kind: string }>`
    select total_minor, currency, occurred_on, kind from postings where id = ${posting.id}`,
  );
  const posted = `${is!.kind} of ${formatAmount({ minor: is!.total_minor, currency: is!.currency })} ${is!.currency} on ${is!.occurred_on}`;
  const wanted = `${posting.document.kind} of ${formatAmount(posting.total)} ${posting.total.currency} on ${posting.document.on}`;
  const detail = `The ledger has a ${posted}; the source now makes it a ${wanted}. The ledger was not changed.`;
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
