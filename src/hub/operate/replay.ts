import { isoInstant } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { CLI_ACTOR, recordChange, recordSecurityEvent } from '../audit/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import {
  countTouched,
  type ReplayFilter,
  type ReplaySelection,
  reopenDeliveries,
  reopenEvents,
  selectReplay,
  type TouchedCounts,
} from './replay.pg.ts';

/** Most deliveries of one replay: every object that they speak of costs a call at its provider. */
const MAX_REPLAYED = 20_000;
/** Rows changed in one transaction. */
const BATCH = 1_000;

export interface ReplayRequest {
  readonly tenantId: TenantId;
  readonly filter: ReplayFilter;
}

export interface ReplayEstimate extends TouchedCounts {
  readonly deliveries: number;
  /** Dead or ignored ones, to be opened again. */
  readonly deliveriesToOpen: number;
  /** To be taken again. */
  readonly events: number;
}

/** What a replay would look at again. Changes nothing. Throws `request.invalid` when it is too much for one replay. */
export async function estimateReplay(doors: HubDoors, request: ReplayRequest): Promise<ReplayEstimate> {
  return toEstimate(doors, request, await select(doors, request));
}

export interface ReplayRun {
  readonly estimate: ReplayEstimate;
  readonly deliveriesReopened: number;
  readonly eventsReopened: number;
}

/**
 * Has deliveries opened and the objects of events read once more. Nothing is posted twice: an object gives the same
 * facts, a fact the same posting, and a posting has one document.
 */
export async function replay(
  doors: HubDoors,
  request: ReplayRequest & { readonly reason: string },
): Promise<ReplayRun> {
  const { tenantId, filter, reason } = request;
  const selection = await select(doors, request);
  const estimate = await toEstimate(doors, request, selection);
  const detail = {
    reason,
    filter: describeFilter(filter),
    deliveries: String(estimate.deliveries),
    events: String(estimate.events),
  };
  const { clock, database, makeId } = doors;
  await database.inbox((tx) =>
    recordSecurityEvent(tx, { tenantId, kind: 'deliveries.replayed', detail }, makeId, clock.now()),
  );
  const diff = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, [null, value] as const]));
  // The inbox belongs to no tenant: what was ordered is on record before it is done.
  await database.tenant(tenantId, (tx) => {
    const change = { tenantId, actor: CLI_ACTOR, action: 'deliveries.replayed', subject: tenantId, diff };
    return recordChange(tx, change, makeId, clock.now());
  });
  let eventsReopened = 0;
  for (const ids of inBatches(selection.eventIds)) {
    eventsReopened += await database.inbox((tx) => reopenEvents(tx, tenantId, ids, clock.now()));
  }
  let deliveriesReopened = 0;
  for (const ids of inBatches(selection.toOpen)) {
    deliveriesReopened += await database.inbox((tx) => reopenDeliveries(tx, tenantId, ids));
  }
  return { estimate, eventsReopened, deliveriesReopened };
}

async function select({ database }: HubDoors, { tenantId, filter }: ReplayRequest): Promise<ReplaySelection> {
  const found = await database.inbox((tx) => selectReplay(tx, { tenantId, filter, limit: MAX_REPLAYED }));
  if (found.deliveryIds.length <= MAX_REPLAYED) return found;
  throw new CounterfoilError('request.invalid', {
    field: 'since',
    detail: `More than ${MAX_REPLAYED} deliveries are meant. Replay a shorter time at once.`,
  });
}

async function toEstimate(
  { database }: HubDoors,
  { tenantId }: ReplayRequest,
  { deliveryIds, toOpen, eventIds }: ReplaySelection,
): Promise<ReplayEstimate> {
  const touched = await database.tenant(tenantId, (tx) => countTouched(tx, eventIds));
  return { ...touched, deliveries: deliveryIds.length, deliveriesToOpen: toOpen.length, events: eventIds.length };
}

function describeFilter({ provider, state, since, until, ids }: ReplayFilter): string {
  const parts = [
    provider && `provider ${provider}`,
    state && `state ${state}`,
    since !== null && `since ${isoInstant(since)}`,
    until !== null && `until ${isoInstant(until)}`,
    ids && `${ids.length} ids`,
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? 'all' : parts.join(', ');
}

function* inBatches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += BATCH) yield all.slice(start, start + BATCH);
}
