import type { FactId } from '../../kernel/ids.ts';
import { sumMoney } from '../../kernel/money.ts';
import type { Fact, PayoutFact } from '../../model/facts.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Pair } from '../connections/index.ts';
import { readSettings } from '../mapping/index.ts';
import type { Book, FactToPlan, OutboxStore, OutboxTx, Saved } from './outbox-store.ts';
import { NO_CONTEXT, type PlanContext, type PlanInput, type PlannedPosting, plan } from './plan/index.ts';

/** Longer than the document numbers of any ledger. */
const MAX_NUMBER_LENGTH = 100;
/** Facts planned in one transaction. */
const PLAN_BATCH = 100;

export interface PlanCount {
  planned: number;
  alreadyThere: number;
  waiting: number;
  ignored: number;
  withdrawn: number;
}

/** What the facts of one source are planned with; the same for every fact of a batch. */
interface Planning {
  readonly tx: OutboxTx;
  readonly pair: Pair;
  readonly book: Book;
  readonly base: Pick<PlanInput, 'settings' | 'roles' | 'book'>;
  readonly now: number;
  readonly count: PlanCount;
}

/**
 * Turns facts into postings until none is new. A source without a ledger keeps its facts; they are planned when it
 * gets one.
 */
export async function planFacts(store: OutboxStore, lease: Lease, clock: { now(): number }): Promise<PlanCount> {
  const total = await planNew(store, lease, clock);
  for (let progress = total.planned; progress > 0 && total.waiting > 0; ) {
    // What waited for something that has just been planned (a payout for its last member) goes on at once.
    await store.reopenWaiting(lease, clock.now());
    const again = await planNew(store, lease, clock);
    progress = again.planned;
    total.planned += again.planned;
    total.alreadyThere += again.alreadyThere;
    total.ignored += again.ignored;
    total.withdrawn += again.withdrawn;
    total.waiting = again.waiting;
  }
  return total;
}

async function planNew(store: OutboxStore, lease: Lease, clock: { now(): number }): Promise<PlanCount> {
  const count: PlanCount = { planned: 0, alreadyThere: 0, waiting: 0, ignored: 0, withdrawn: 0 };
  for (;;) {
    const taken = await store.transaction(lease, (tx) => planBatch(tx, clock.now(), count));
    if (taken < PLAN_BATCH) return count;
  }
}

async function planBatch(tx: OutboxTx, now: number, count: PlanCount): Promise<number> {
  const pair = await tx.pair();
  if (pair === null) return 0;
  const book = await tx.book(pair);
  if (book === null) return 0;
  const base = { settings: readSettings(pair.settings), roles: await tx.roles(pair.id), book };
  const facts = await tx.factsToPlan(PLAN_BATCH);
  const before = count.planned;
  for (const one of facts) await planOne({ tx, pair, book, base, now, count }, one);
  if (count.planned > before || count.withdrawn > 0) await tx.wakeLedger(pair, now);
  return facts.length;
}

async function planOne(planning: Planning, one: FactToPlan): Promise<void> {
  const { tx, now, count } = planning;
  const context = await contextOf(planning, one);
  if ('wait' in context) {
    count.waiting += 1;
    return tx.settleFact(one.id, 'waiting', context.wait, now);
  }
  return planWith(planning, one, context);
}

async function planWith(planning: Planning, { id, fact }: FactToPlan, context: PlanContext): Promise<void> {
  const { tx, base, now, count } = planning;
  const outcome = plan({ fact, ...base, context });
  if (outcome.kind === 'wait') {
    count.waiting += 1;
    return tx.settleFact(id, 'waiting', outcome.reason, now);
  }
  if (outcome.kind === 'ignore') {
    count.ignored += 1;
    return tx.settleFact(id, 'ignored', { code: null, detail: outcome.because }, now);
  }
  if (outcome.kind === 'withdraw') {
    const concerned = await tx.withdraw(id, outcome.reason, now);
    count.withdrawn += concerned;
    return tx.settleFact(id, 'ignored', { code: null, detail: outcome.reason.detail }, now);
  }
  const { stopped, planned, alreadyThere } = await saveAll(planning, { id, fact }, outcome.postings);
  if (stopped?.saved === 'undone') {
    const { leg, generation } = stopped.posting;
    const generations = { ...context.generations, [leg]: generation + 1 };
    return planWith(planning, { id, fact }, { ...context, generations });
  }
  if (stopped?.saved === 'busy') {
    // Its outcome decides first. No progress, or what waits would be planned over and over while the call lasts.
    count.waiting += 1;
    const detail = 'A call for an entry of this event is under way, or its removal.';
    return tx.settleFact(id, 'waiting', { code: 'provider.in_progress', detail }, now);
  }
  count.planned += planned;
  count.alreadyThere += alreadyThere;
  return tx.settleFact(id, 'planned', null, now);
}

interface SavedAll {
  /** The first that could not be saved as it was planned; what comes behind it may refer to it, and was not saved. */
  readonly stopped: { readonly saved: 'undone' | 'busy'; readonly posting: PlannedPosting } | null;
  readonly planned: number;
  readonly alreadyThere: number;
}

async function saveAll(
  { tx, pair, now }: Planning,
  { id, fact }: FactToPlan,
  postings: readonly PlannedPosting[],
): Promise<SavedAll> {
  const done: Saved[] = [];
  const counted = () => {
    const planned = done.filter((one) => one === 'new' || one === 'replanned').length;
    return { planned, alreadyThere: done.length - planned };
  };
  for (const posting of needsFirst(postings)) {
    const saved = await tx.save({ pair, factId: id, provider: fact.source.provider, posting, now });
    if (saved === 'undone' || saved === 'busy') return { stopped: { saved, posting }, ...counted() };
    done.push(saved);
  }
  return { stopped: null, ...counted() };
}

/** A posting is stored after those of the same event that it needs. */
function needsFirst(postings: readonly PlannedPosting[]): readonly PlannedPosting[] {
  const ids = new Set(postings.map((posting) => posting.id));
  const needing = (posting: PlannedPosting) => posting.needs.some((id) => ids.has(id));
  return [...postings.filter((posting) => !needing(posting)), ...postings.filter(needing)];
}

type ContextOrWait =
  | PlanContext
  | { readonly wait: { readonly code: 'posting.original_missing'; readonly detail: string } };

/** Looks up what the recipe of this kind of fact may look at. */
async function contextOf(planning: Planning, { id, fact }: FactToPlan): Promise<ContextOrWait> {
  switch (fact.kind) {
    case 'charge':
      return chargeContext(planning, fact.references['invoice']);
    case 'refund':
    case 'dispute_lost':
      return originalContext(planning, id, fact);
    case 'payout':
      return payoutContext(planning, id, fact);
    case 'bitcoin_payment':
      return bitcoinContext(planning, fact);
    default:
      return NO_CONTEXT;
  }
}

async function chargeContext({ tx, base }: Planning, invoiceId: string | undefined): Promise<PlanContext> {
  if (base.settings.mode !== 'invoicing' || invoiceId === undefined) return NO_CONTEXT;
  return { ...NO_CONTEXT, invoice: await tx.invoice(invoiceId) };
}

async function originalContext({ tx }: Planning, id: FactId, given: Fact): Promise<ContextOrWait> {
  const chargeId = given.references['charge'];
  if (chargeId === undefined) return NO_CONTEXT;
  const charge = await tx.charge(chargeId);
  // A charge from before the connection's first day was never seen: its refund stands alone.
  if (charge === null) return NO_CONTEXT;
  const { fact, recipe, receiptId, party } = charge;
  if (recipe === null || receiptId === null)
    return { wait: { code: 'posting.original_missing', detail: `The payment ${chargeId} is not planned yet.` } };
  const earlier = await tx.givenBackBefore(chargeId, { id, occurredAt: given.occurredAt });
  const givenBackBefore = sumMoney(
    earlier.filter((amount) => amount.currency === fact.gross.currency),
    fact.gross.currency,
  );
  return { ...NO_CONTEXT, original: { fact, recipe, receiptId, party, givenBackBefore } };
}

async function payoutContext({ tx, book }: Planning, id: FactId, fact: PayoutFact): Promise<PlanContext> {
  const items = fact.itemised ? await tx.payoutItems(fact.payoutId) : null;
  if (items === null) return NO_CONTEXT;
  const members = await tx.members(
    items.members.map((member) => member.objectId),
    book,
    id,
  );
  return {
    ...NO_CONTEXT,
    items,
    memberPostings: members.postings,
    membersWithoutPosting: members.without,
    openFees: members.openFees,
  };
}

/** A number that no invoice of a ledger can have is not looked for. */
function nameable(number: string | null): string | null {
  return number !== null && number.length <= MAX_NUMBER_LENGTH ? number : null;
}

async function bitcoinContext(
  { tx, pair, base, now }: Planning,
  fact: Fact & { kind: 'bitcoin_payment' },
): Promise<PlanContext> {
  const { mode, bitcoinValue } = base.settings;
  const number = nameable(fact.invoice.orderId);
  return {
    ...NO_CONTEXT,
    ledgerInvoice: mode === 'invoicing' && number !== null ? await tx.ledgerInvoice(pair, number, now) : 'not_found',
    marketRate: bitcoinValue === 'market' ? await tx.marketRate(fact.value.currency, fact.occurredAt) : null,
  };
}
