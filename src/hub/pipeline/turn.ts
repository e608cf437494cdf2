import { backoff_ms } from '../../kernel/backoff.ts';
import { utcDate } from '../../kernel/dates.ts';
import { type CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import { type Lease, PRIORITY, type Turn, type TurnEnd } from '../../platform/engine/index.ts';
import {
  type Caller,
  type Connection,
  callerOf,
  ensureWebhook,
  isWorking,
  needsOwner,
  type Pair,
  type WorkDoors,
} from '../connections/index.ts';
import { type DeliveryStore, deliver, type OutboxStore, planFacts } from '../posting/index.ts';
import { type ReconcileStore, reconcile } from '../reconcile/index.ts';
import { runSync, type SyncStore } from '../sync/index.ts';

export interface Stores {
  readonly sync: SyncStore;
  readonly outbox: OutboxStore;
  readonly deliveries: DeliveryStore;
  readonly reconcile: ReconcileStore;
}

/** A connection that cannot work is looked at again after this, in case its owner has repaired it elsewhere. */
const IDLE_MS = 5 * 60_000;
/** Facts that wait are planned again at least this often: what they wait for may have come by another way. */
const REPLAN_MS = 10 * 60_000;

/** A webhook that could not be registered is tried again after this. */
const WEBHOOK_RETRY_MS = 3_600_000;

/** Documents of others on our accounts announce themselves to nobody: everything recent is compared this often. */
const COMPARE_ALL_MS = 24 * 3_600_000;
const COMPARE_BACK_MS = 90 * 86_400_000;

/** What this process remembers between turns; losing it costs a repeated look, nothing else. */
interface Memory {
  readonly replannedAt: Map<string, number>;
  readonly webhookTriedAt: Map<string, number>;
  readonly comparedAt: Map<string, number>;
  /** When everything recent was compared, whether it changed or not. */
  readonly comparedAllAt: Map<string, number>;
}

type Next = TurnEnd;

/** What a worker does when a connection has work: sources are read and planned, ledgers are posted to and compared. */
export function pipelineTurn(doors: WorkDoors, stores: Stores): Turn {
  const memory: Memory = {
    replannedAt: new Map(),
    webhookTriedAt: new Map(),
    comparedAt: new Map(),
    comparedAllAt: new Map(),
  };
  return async (lease, signal) => {
    const connection = await doors.connections.find(lease.tenantId, lease.connectionId);
    const now = doors.clock.now();
    if (connection === null || !isWorking(connection.state)) return { dueAt: now + IDLE_MS, priority: PRIORITY.live };
    const progress = { made: false };
    let caller: Caller | null = null;
    try {
      caller = await callerOf(doors, connection);
      const turn = { doors, caller, lease, signal, progress };
      return connection.role === 'source'
        ? await sourceTurn(turn, stores, memory)
        : await ledgerTurn(turn, stores, memory);
    } catch (error) {
      if (!isCounterfoilError(error)) throw error;
      return afterError({ doors, connection, token: caller?.token ?? null, lease, progress }, error);
    }
  };
}

interface TurnInput {
  readonly doors: WorkDoors;
  /** Set by whoever got something done, so that the next failure is the first again. */
  readonly progress: { made: boolean };
  readonly caller: Caller;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

async function sourceTurn(turn: TurnInput, { sync, outbox }: Stores, memory: Memory): Promise<Next> {
  const { doors, lease } = turn;
  await tryWebhook(turn, memory);
  const result = await runSync({ ...turn, store: sync });
  const now = doors.clock.now();
  // Planning waits until the source has been read to its end, so that an original is there before its refund.
  if (!result.caughtUp) return { dueAt: now, priority: PRIORITY.backfill, unfinished: result.streamsRead };
  if (result.factsChanged > 0 || now - (memory.replannedAt.get(lease.connectionId) ?? 0) >= REPLAN_MS) {
    await outbox.reopenWaiting(lease, now);
    memory.replannedAt.set(lease.connectionId, now);
  }
  const planned = await planFacts(outbox, lease, doors.clock);
  if (planned.planned > 0) doors.log.info('planned', { connectionId: lease.connectionId, ...planned });
  return { dueAt: now + doors.settings.poll_ms, priority: PRIORITY.live };
}

/** Polling brings everything, so a webhook that cannot be registered costs delay and never stops the reading. */
async function tryWebhook({ doors, caller, lease }: TurnInput, { webhookTriedAt }: Memory): Promise<void> {
  const now = doors.clock.now();
  if (now - (webhookTriedAt.get(lease.connectionId) ?? 0) < WEBHOOK_RETRY_MS) return;
  webhookTriedAt.set(lease.connectionId, now);
  try {
    await ensureWebhook(doors, caller);
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    doors.log.warn('no webhook could be registered; the source is polled', { connectionId: lease.connectionId, error });
  }
}

async function ledgerTurn(turn: TurnInput, stores: Stores, memory: Memory): Promise<Next> {
  const { deliveries } = stores;
  const { doors, caller, lease } = turn;
  const count = await deliver({ ...turn, store: deliveries });
  if (count.posted + count.adopted + count.stopped + count.removed > 0)
    doors.log.info('delivered', { connectionId: lease.connectionId, ...count });
  const now = doors.clock.now();
  const due = await deliveries.nextDue(caller.connection, now);
  if (due !== null && due <= now) return { dueAt: now, priority: PRIORITY.confirm };
  await reconcileDue(turn, stores, memory);
  return { dueAt: Math.min(due ?? Number.POSITIVE_INFINITY, now + doors.settings.poll_ms), priority: PRIORITY.live };
}

/** Compares the days that changed, once nothing is left to send; and once a day also those that nobody announced. */
async function reconcileDue(turn: TurnInput, stores: Stores, memory: Memory): Promise<void> {
  const { doors, caller } = turn;
  const { tenantId, id } = caller.connection;
  const now = doors.clock.now();
  const last = memory.comparedAt.get(id);
  if (last !== undefined && now - last < doors.settings.compare_ms) return;
  // Never in this process: then now, or one that is started anew every day would never do it.
  const lastWhole = memory.comparedAllAt.get(id) ?? 0;
  const daily = now - lastWhole >= COMPARE_ALL_MS;
  memory.comparedAllAt.set(id, daily ? now : lastWhole);
  for (const pair of await doors.connections.pairsOfLedger(tenantId, id)) {
    const changed = await stores.reconcile.changedRange(pair);
    const range = daily ? await recentRange(stores, pair, now) : changed;
    if (range === null) continue;
    await reconcile({ ...turn, store: stores.reconcile, deliveries: stores.deliveries }, pair, range);
    memory.comparedAt.set(id, now);
  }
}

async function recentRange(stores: Stores, pair: Pair, now: number): Promise<{ from: string; to: string } | null> {
  const whole = await stores.reconcile.wholeRange(pair);
  const from = utcDate(now - COMPARE_BACK_MS);
  return whole === null || whole.to < from ? null : { from: whole.from > from ? whole.from : from, to: whole.to };
}

interface Broken {
  readonly doors: WorkDoors;
  readonly connection: Connection;
  /** With which it called; null when it has none. */
  readonly token: Secret | null;
  readonly lease: Lease;
  readonly progress: { readonly made: boolean };
}

/** An error of the provider is no failure of the turn: the connection waits as long as the kind of error says. */
async function afterError(
  { doors, connection, token, lease, progress }: Broken,
  error: CounterfoilError,
): Promise<Next> {
  const now = doors.clock.now();
  if (error.kind === 'auth') {
    await needsOwner(doors, { connection, token }, error);
    return { dueAt: now + IDLE_MS, priority: PRIORITY.live };
  }
  if (error.kind === 'throttled')
    return {
      dueAt: now + (error.retryAfter_ms ?? backoff_ms(lease.failures + 1, doors.random)),
      priority: PRIORITY.live,
    };
  if (error.code === 'engine.lease_lost') return { dueAt: now, priority: PRIORITY.live };
  if (error.kind !== 'retryable') throw error;
  // A turn that got somewhere starts the row of failures anew.
  const failures = progress.made ? 1 : lease.failures + 1;
  doors.log.warn('a turn was broken off; it goes on where it stopped', {
    connectionId: connection.id,
    failures,
    code: error.code,
    error: error.message,
  });
  return {
    dueAt: now + (error.retryAfter_ms ?? backoff_ms(failures, doors.random)),
    priority: PRIORITY.live,
    failures,
  };
}
