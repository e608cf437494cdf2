import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Tx } from '../../platform/store/index.ts';
import { CLI_ACTOR, recordChange, recordSecurityEvent } from '../audit/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { planFacts } from '../posting/index.ts';
import { underLease } from '../sync/index.ts';
import {
  countStillStopped,
  liftHold,
  type RetryFilter,
  reopenRefused,
  replanFacts,
  type StoppedFact,
  type StoppedPosting,
  selectStoppedFacts,
  selectStoppedPostings,
  wakeAll,
} from './retry.pg.ts';
import { type RetryWay, retryWay } from './retry-way.ts';
import type { StoppedGroup } from './stopped.pg.ts';
import type { OperateStores } from './stores.ts';
import { withLease } from './with-lease.ts';

export interface RetryRequest {
  readonly tenantId: TenantId;
  readonly filter: RetryFilter;
}

export interface RetryEstimate {
  readonly entries: number;
  readonly events: number;
  readonly groups: readonly StoppedGroup[];
}

interface Selection {
  readonly postings: readonly StoppedPosting[];
  readonly facts: readonly StoppedFact[];
}

/** What a retry would take up. Changes nothing. Throws `request.not_found` for an id that is not stopped. */
export async function estimateRetry(doors: HubDoors, request: RetryRequest): Promise<RetryEstimate> {
  return toEstimate(await select(doors, request));
}

export interface RetryRun {
  readonly estimate: RetryEstimate;
  /** Of those taken up: stopped again by the planner, for their cause is still there. */
  readonly stillStopped: number;
}

/**
 * Takes stopped entries and events up again: they are planned with the mapping and settings of now and handed to their
 * ledger. What is posted stays as it is.
 */
export async function retry(
  doors: HubDoors,
  hub: OperateStores,
  request: RetryRequest & { readonly reason: string; readonly signal: AbortSignal },
): Promise<RetryRun> {
  const { tenantId, reason, signal } = request;
  const selection = await select(doors, request);
  const estimate = toEstimate(selection);
  const { database, makeId, clock } = doors;
  const detail = { reason, entries: String(estimate.entries), events: String(estimate.events) };
  const { entries, events } = estimate;
  await database.tenant(tenantId, async (tx) => {
    await recordSecurityEvent(tx, { tenantId, kind: 'postings.retried', detail }, makeId, clock.now());
    const diff = { reason: [null, reason], entries: [null, entries], events: [null, events] } as const;
    const change = { tenantId, actor: CLI_ACTOR, action: 'postings.retried', subject: tenantId, diff };
    await recordChange(tx, change, makeId, clock.now());
  });
  const sources = new Set([...selection.postings, ...selection.facts].map((one) => one.sourceId));
  for (const sourceId of [...sources].sort()) await retrySource(doors, hub, { sourceId, selection, signal });
  const stillStopped = await database.tenant(tenantId, (tx) =>
    countStillStopped(
      tx,
      selection.postings.map(({ id }) => id),
      selection.facts.map(({ id }) => id),
    ),
  );
  return { estimate, stillStopped };
}

async function select({ database }: HubDoors, { tenantId, filter }: RetryRequest): Promise<Selection> {
  const found = await database.tenant(tenantId, async (tx) => ({
    postings: await selectStoppedPostings(tx, filter),
    facts: await selectStoppedFacts(tx, filter),
  }));
  const known = new Set<string>([...found.postings, ...found.facts].map(({ id }) => id));
  const unknown = (filter.ids ?? []).filter((id) => !known.has(id));
  if (unknown.length === 0) return found;
  throw new CounterfoilError('request.not_found', { detail: `Not stopped, or not there: ${unknown.join(', ')}.` });
}

function toEstimate({ postings, facts }: Selection): RetryEstimate {
  return {
    entries: postings.length,
    events: facts.length,
    groups: [...groupsOf(postings, 'entry'), ...groupsOf(facts, 'event')].sort((a, b) => b.count - a.count),
  };
}

function groupsOf(
  all: readonly { readonly code: string | null; readonly detail: string | null }[],
  what: StoppedGroup['what'],
): StoppedGroup[] {
  const groups = Map.groupBy(all, ({ code }) => code ?? 'posting.approval');
  return [...groups].map(([code, [first, ...others]]) => ({
    code,
    what,
    count: others.length + 1,
    detail: first?.detail ?? '',
  }));
}

interface RetrySource {
  readonly sourceId: ConnectionId;
  readonly selection: Selection;
  readonly signal: AbortSignal;
}

/** Under the source's lease, because planning is the source's work: a running worker does not plan meanwhile. */
async function retrySource(
  doors: HubDoors,
  { stores, workStore }: OperateStores,
  { sourceId, selection, signal }: RetrySource,
): Promise<void> {
  const { clock, database } = doors;
  const postings = selection.postings.filter((one) => one.sourceId === sourceId);
  const facts = selection.facts.filter((one) => one.sourceId === sourceId);
  await withLease(doors, workStore, { connectionId: sourceId, signal }, async (lease) => {
    await underLease(database, lease, (tx) => prepare(tx, postings, facts, clock.now()));
    await planFacts(stores.outbox, lease, clock);
    await underLease(database, lease, (tx) =>
      wakeAll(
        tx,
        postings.map(({ ledgerId }) => ledgerId),
        clock.now(),
      ),
    );
  });
}

async function prepare(
  tx: Tx,
  postings: readonly StoppedPosting[],
  facts: readonly StoppedFact[],
  now: number,
): Promise<void> {
  const ways = Map.groupBy(postings, retryWay);
  const idsOf = (way: RetryWay) => (ways.get(way) ?? []).map(({ id }) => id);
  await reopenRefused(tx, idsOf('reopen'), now);
  await liftHold(tx, idsOf('lift'), now);
  // What is being removed from the ledger must not be planned anew.
  const planned = postings.filter(({ state }) => state !== 'posted');
  await replanFacts(
    tx,
    [...new Set([...planned, ...facts].map((one) => ('factId' in one ? one.factId : one.id)))],
    now,
  );
}
