import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { underLease } from '../../hub/sync/index.ts';
import type { ConnectionId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { asOwner, rows, sql } from '../store/index.ts';
import { silentLog } from '../telemetry/index.ts';
import { ManualClock } from '../transport/manual-clock.ts';
import {
  addWork,
  LEASE_MS,
  type Lease,
  PRIORITY,
  pgWorkStore,
  type Turn,
  Worker,
  type WorkStore,
  wake,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 1);
const FAR = NOW + 365 * 86_400_000;
const HEARTBEAT_MS = 10_000;
const WHEN = '2026-11-01T00:00:00Z';

let made: TestDatabase;
let store: WorkStore;
let clock: ManualClock;
const workers: Worker[] = [];
const unfinished: (() => void)[] = [];
beforeAll(async () => {
  made = await testDatabase();
  store = pgWorkStore(made.database);
});
afterAll(() => made.close());
beforeEach(async () => {
  clock = new ManualClock({ now: NOW });
  await asOwner(made.owner, async (tx) => {
    await sql`delete from work_wakes`.execute(tx);
    await sql`delete from work`.execute(tx);
  });
});
afterEach(async () => {
  const stopping = workers.splice(0).map((worker) => worker.stop(0));
  // A test that failed leaves turns behind: each ends, and so does the one that waited for it.
  for (let round = 0; round < 3; round += 1) {
    for (const letGo of unfinished.splice(0)) letGo();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(stopping);
});

interface WorkerParts {
  readonly slots?: number;
  readonly store?: Partial<WorkStore>;
  readonly onRest?: () => void;
}

function worker(owner: string, turn: Turn, parts: WorkerParts = {}): Worker {
  const doors = { store: { ...store, ...parts.store }, clock, random: seededRandom(1), log: silentLog };
  const { slots = 10, onRest } = parts;
  const one = new Worker(doors, { owner, slots, ...(onRest ? { onRest } : {}) }, turn);
  workers.push(one);
  one.start();
  return one;
}

/** Round trips to the database until it is so; time does not pass. The workers look for work as often as we look. */
async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < 2_000; look += 1) {
    if (await so()) return;
    for (const one of workers) one.poke();
    await made.database.engine((tx) => rows(tx, sql`select 1`));
  }
  throw new Error('it never came to be so');
}

/** Enough round trips for anything that was going to happen by now. */
const settled = async () => {
  for (let look = 0; look < 20; look += 1) {
    for (const one of workers) one.poke();
    await made.database.engine((tx) => rows(tx, sql`select 1`));
  }
};

async function connections(count: number): Promise<ConnectionId[]> {
  const ids = Array.from({ length: count }, (_, i) => `con_w${String(i).padStart(3, '0')}` as ConnectionId);
  await made.database.tenant(made.tenantId, async (tx) => {
    for (const id of ids) {
      await sql`
        insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
        values (${id}, ${made.tenantId}, 'stripe', 'source', ${id}, ${id}, 'sandbox', 'UTC', 'active', ${WHEN}, ${WHEN}, ${WHEN}) on conflict do nothing`.execute(
        tx,
      );
      await addWork(tx, made.tenantId, id, NOW);
    }
  });
  return ids;
}

const wakeUp = (id: ConnectionId) => made.database.tenant(made.tenantId, (tx) => wake(tx, id, clock.now()));

interface WorkRow {
  readonly owner: string | null;
  readonly dueAt: number;
  readonly priority: number;
  readonly failures: number;
  readonly fence: bigint;
}
const rowOf = async (id: ConnectionId) =>
  (
    await asOwner(made.owner, (tx) =>
      rows<WorkRow>(
        tx,
        sql`select owner, due_at as "dueAt", priority, failures, fence from work where connection_id = ${id}`,
      ),
    )
  )[0]!;

const later = { dueAt: FAR, priority: PRIORITY.live };

/** A turn that each test lets go by itself. */
function heldTurn() {
  const begun: Lease[] = [];
  const signals: AbortSignal[] = [];
  const waiting: (() => void)[] = [];
  const turn: Turn = async (lease, signal) => {
    begun.push(lease);
    signals.push(signal);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      unfinished.push(resolve);
    });
    return later;
  };
  return { turn, begun, signals, letGo: () => waiting.splice(0).map((resolve) => resolve()) };
}

describe('workers over one database', () => {
  test('never give a connection two turns at a time, whoever they are', async () => {
    const ids = await connections(20);
    const turns = new Map(ids.map((id) => [id as string, 0]));
    const running = new Set<string>();
    const workedBy = new Set<string>();
    let overlaps = 0;
    const turnOf =
      (owner: string): Turn =>
      async (lease) => {
        if (running.has(lease.connectionId)) overlaps += 1;
        running.add(lease.connectionId);
        workedBy.add(owner);
        await made.database.engine((tx) => rows(tx, sql`select 1`));
        running.delete(lease.connectionId);
        const done = turns.get(lease.connectionId)! + 1;
        turns.set(lease.connectionId, done);
        return done < 6 ? { dueAt: NOW, priority: PRIORITY.live } : later;
      };
    worker('a', turnOf('a'), { slots: 6 });
    worker('b', turnOf('b'), { slots: 6 });
    await until(() => [...turns.values()].every((count) => count === 6));
    expect(overlaps).toBe(0);
    expect([...workedBy].sort()).toEqual(['a', 'b']);
  });

  test('take over a connection whose worker is silent, and the silent one writes nothing more', async () => {
    const [id] = await connections(1);
    const silent = heldTurn();
    const cutOff = {
      extend: () => Promise.reject(new Error('cut off')),
      claim: async (request: Parameters<WorkStore['claim']>[0]) => (request.now > NOW ? [] : store.claim(request)),
    };
    worker('silent', silent.turn, { store: cutOff });
    await until(() => silent.begun.length === 1);
    const next = heldTurn();
    worker('next', next.turn);
    clock.advance(LEASE_MS - 1);
    await settled();
    expect(next.begun).toEqual([]);
    clock.advance(1);
    await until(() => next.begun.length === 1);
    const [old] = silent.begun;
    const [taken] = next.begun;
    expect(taken!.fence).toBe(old!.fence + 1n);
    await expect(underLease(made.database, old!, async () => 'written')).rejects.toMatchObject({
      code: 'engine.lease_lost',
    });
    expect(await underLease(made.database, taken!, async () => 'written')).toBe('written');
    silent.letGo();
    await settled();
    expect(await rowOf(id!)).toMatchObject({ owner: 'next', fence: taken!.fence });
    next.letGo();
  });

  test('keep a connection as long as they are heard of, however long the turn', async () => {
    await connections(1);
    const long = heldTurn();
    worker('long', long.turn);
    await until(() => long.begun.length === 1);
    const other = heldTurn();
    worker('other', other.turn);
    for (let beat = 0; beat < 12; beat += 1) {
      clock.advance(HEARTBEAT_MS);
      await settled();
    }
    expect(other.begun).toEqual([]);
    expect(long.signals[0]!.aborted).toBe(false);
    long.letGo();
  });

  test('tell a turn to stop once its connection was taken over', async () => {
    const [id] = await connections(1);
    const lost = heldTurn();
    worker('lost', lost.turn);
    await until(() => lost.begun.length === 1);
    const thief = await store.claimOne({
      connectionId: id!,
      owner: 'thief',
      now: NOW + LEASE_MS,
      lease_ms: 10 * LEASE_MS,
    });
    expect(thief).not.toBeNull();
    clock.advance(HEARTBEAT_MS);
    await until(() => lost.signals[0]!.aborted);
    lost.letGo();
    await settled();
    expect(await rowOf(id!)).toMatchObject({ owner: 'thief' });
  });

  test('that could not give a connection back in an outage do so as soon as it is over', async () => {
    const [id] = await connections(1);
    let isAway = true;
    let turns = 0;
    const release: WorkStore['release'] = (lease, next) =>
      isAway ? Promise.reject(new Error('no database')) : store.release(lease, next);
    const turn: Turn = async () => {
      turns += 1;
      return turns === 1 ? { dueAt: NOW, priority: PRIORITY.live } : later;
    };
    worker('a', turn, { store: { release } });
    await until(() => turns === 1);
    await settled();
    expect(await rowOf(id!)).toMatchObject({ owner: 'a', fence: 1n });
    isAway = false;
    await until(() => turns === 2);
    await until(async () => (await rowOf(id!)).owner === null);
    expect(await rowOf(id!)).toMatchObject({ dueAt: FAR, fence: 2n });
  });

  test('that did not hear that a claim succeeded take it up again at once, and no other does', async () => {
    const [id] = await connections(1);
    let lost = 0;
    const claim: WorkStore['claim'] = async (request) => {
      const leases = await store.claim(request);
      if (leases.length === 0 || lost > 0) return leases;
      lost += 1;
      throw new Error('the answer was lost');
    };
    const turns: string[] = [];
    const endless =
      (name: string): Turn =>
      async () => {
        turns.push(name);
        await new Promise<void>((resolve) => unfinished.push(resolve));
        return later;
      };
    worker('a', endless('a'), { store: { claim } });
    await until(() => lost === 1);
    worker('b', endless('b'));
    await until(() => turns.length > 0);
    await settled();
    expect(turns).toEqual(['a']);
    expect(await rowOf(id!)).toMatchObject({ owner: 'a', fence: 2n });
  });

  test('that get a connection back after an outage end the old turn before they begin the new one', async () => {
    const [id] = await connections(1);
    const running = { now: 0, most: 0 };
    const signals: AbortSignal[] = [];
    const waiting: (() => void)[] = [];
    const turn: Turn = async (_lease, signal) => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      signals.push(signal);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        unfinished.push(resolve);
      });
      running.now -= 1;
      return later;
    };
    let isDown = false;
    const guarded: Partial<WorkStore> = {
      extend: (leases, to) => (isDown ? Promise.reject(new Error('down')) : store.extend(leases, to)),
    };
    worker('only', turn, { store: guarded });
    await until(() => signals.length === 1);
    isDown = true;
    for (let beat = 0; beat < LEASE_MS / HEARTBEAT_MS; beat += 1) {
      clock.advance(HEARTBEAT_MS);
      await settled();
    }
    isDown = false;
    await until(async () => (await rowOf(id!)).fence === 2n);
    await settled();
    expect(running.most).toBe(1);
    expect(signals[0]!.aborted).toBe(true);
    waiting.splice(0).map((resolve) => resolve());
    await until(() => signals.length === 2);
    // The new turn is still held and heard of: nobody else gets the connection.
    for (let beat = 0; beat < 6; beat += 1) {
      clock.advance(HEARTBEAT_MS);
      await settled();
    }
    expect(signals).toHaveLength(2);
    expect(signals[1]!.aborted).toBe(false);
    waiting.splice(0).map((resolve) => resolve());
    await until(async () => (await rowOf(id!)).owner === null);
    expect(running).toEqual({ now: 0, most: 1 });
  });
});

describe('a wake', () => {
  test('that comes during a turn gives the connection another one', async () => {
    const [id] = await connections(1);
    const held = heldTurn();
    worker('a', held.turn);
    await until(() => held.begun.length === 1);
    await wakeUp(id!);
    held.letGo();
    await until(() => held.begun.length === 2);
    held.letGo();
    await until(async () => (await rowOf(id!)).owner === null);
    expect((await rowOf(id!)).dueAt).toBe(FAR);
  });

  test('that another claim has taken during the turn is not lost either', async () => {
    const [id] = await connections(1);
    const held = heldTurn();
    worker('a', held.turn);
    await until(() => held.begun.length === 1);
    await wakeUp(id!);
    expect(await store.claim({ owner: 'other', now: NOW, limit: 10, lease_ms: LEASE_MS })).toEqual([]);
    held.letGo();
    await until(() => held.begun.length === 2);
    held.letGo();
  });

  test('of a connection in the middle of a transaction holds nobody else up, and counts afterwards', async () => {
    const [busy, other] = await connections(2);
    const lease = await store.claimOne({ connectionId: busy!, owner: 'a', now: NOW, lease_ms: LEASE_MS });
    const claim = () => store.claim({ owner: 'b', now: NOW, limit: 10, lease_ms: LEASE_MS });
    await underLease(made.database, { ...lease!, tenantId: made.tenantId }, async () => {
      await wakeUp(busy!);
      expect((await claim()).map((one) => one.connectionId)).toEqual([other]);
    });
    await store.release(lease!, { ...later, failures: 0 });
    expect((await claim()).map((one) => one.connectionId)).toEqual([busy]);
  });

  test('of a transaction that is rolled back never was', async () => {
    const [id] = await connections(1);
    const [lease] = await store.claim({ owner: 'a', now: NOW, limit: 10, lease_ms: LEASE_MS });
    await store.release(lease!, { ...later, failures: 0 });
    await made.database
      .tenant(made.tenantId, async (tx) => {
        await wake(tx, id!, NOW);
        throw new Error('rolled back');
      })
      .catch(() => {});
    expect(await store.claim({ owner: 'a', now: NOW, limit: 10, lease_ms: LEASE_MS })).toEqual([]);
  });

  test('of a connection of another tenant does nothing', async () => {
    const [id] = await connections(1);
    const [lease] = await store.claim({ owner: 'a', now: NOW, limit: 10, lease_ms: LEASE_MS });
    await store.release(lease!, { ...later, failures: 0 });
    await made.database.tenant('ten_stranger', (tx) => wake(tx, id!, NOW));
    expect(await store.claim({ owner: 'a', now: NOW, limit: 10, lease_ms: LEASE_MS })).toEqual([]);
  });
});

test('live work comes before a backfill that has waited longer', async () => {
  const ids = await connections(4);
  for (const [index, id] of ids.entries()) {
    const lease = await store.claimOne({ connectionId: id, owner: 'a', now: NOW, lease_ms: LEASE_MS });
    const isBackfill = index < 2;
    await store.claim({ owner: 'x', now: 0, limit: 0, lease_ms: 0 });
    const next = {
      dueAt: NOW + (isBackfill ? 0 : 1_000) + index,
      priority: isBackfill ? PRIORITY.backfill : PRIORITY.live,
      failures: 0,
    };
    await asOwner(made.owner, (tx) => sql`update work set wakes = 0 where connection_id = ${id}`.execute(tx));
    await store.release({ ...lease!, wakes: 0n }, next);
  }
  const order: string[] = [];
  for (let i = 0; i < 4; i += 1)
    order.push(
      ...(await store.claim({ owner: 'a', now: NOW + 5_000, limit: 1, lease_ms: LEASE_MS })).map(
        (one) => one.connectionId,
      ),
    );
  expect(order).toEqual([ids[2], ids[3], ids[0], ids[1]]);
});

describe('a stop', () => {
  test('begins nothing more, waits for what runs, and gives it back', async () => {
    const [first] = await connections(1);
    const held = heldTurn();
    const one = worker('a', held.turn, { slots: 1 });
    await until(() => held.begun.length === 1);
    let isStopped = false;
    const stopping = one.stop(60_000).then(() => {
      isStopped = true;
    });
    await connections(3);
    await settled();
    expect(isStopped).toBe(false);
    expect(held.signals[0]!.aborted).toBe(false);
    held.letGo();
    await stopping;
    expect(held.begun).toHaveLength(1);
    expect(await rowOf(first!)).toMatchObject({ owner: null });
  });

  test('tells a turn that takes too long to end', async () => {
    await connections(1);
    let signal: AbortSignal | undefined;
    const one = worker('a', async (_lease, aborted) => {
      signal = aborted;
      await new Promise<void>((resolve) => aborted.addEventListener('abort', () => resolve()));
      return later;
    });
    await until(() => signal !== undefined);
    const stopping = one.stop(5_000);
    await settled();
    expect(signal!.aborted).toBe(false);
    clock.advance(5_000);
    await stopping;
    expect(signal!.aborted).toBe(true);
  });
});

describe('a turn that throws', () => {
  test('is tried again after a growing time, and a good one begins anew', async () => {
    const [id] = await connections(1);
    const times: number[] = [];
    let isBroken = true;
    worker('a', async () => {
      times.push(clock.now());
      if (isBroken) throw new Error('broken');
      return later;
    });
    for (let failure = 1; failure <= 6; failure += 1) {
      await until(async () => (await rowOf(id!)).failures === failure && (await rowOf(id!)).owner === null);
      const { dueAt } = await rowOf(id!);
      expect(dueAt).toBeGreaterThan(clock.now());
      expect(dueAt - clock.now()).toBeLessThanOrEqual(1_000 * 2 ** (failure - 1));
      await settled();
      expect(times).toHaveLength(failure);
      clock.advance(dueAt - clock.now());
    }
    isBroken = false;
    await until(async () => (await rowOf(id!)).dueAt === FAR);
    expect(await rowOf(id!)).toMatchObject({ failures: 0, owner: null });
  });

  test('does not hold up the others', async () => {
    const ids = await connections(5);
    const done = new Set<string>();
    worker(
      'a',
      async ({ connectionId }) => {
        if (connectionId === ids[0]) throw new Error('broken');
        done.add(connectionId);
        return later;
      },
      { slots: 1 },
    );
    await until(() => done.size === 4);
    expect((await rowOf(ids[0]!)).failures).toBe(1);
  });
});

describe('rest', () => {
  test('is told once, half a minute after the last turn ended', async () => {
    const [id] = await connections(1);
    let turns = 0;
    let rests = 0;
    const turn: Turn = async () => {
      turns += 1;
      return { dueAt: FAR, priority: PRIORITY.live };
    };
    worker('w', turn, { onRest: () => (rests += 1) });
    for (const told of [1, 2]) {
      await until(async () => turns === told && (await rowOf(id!)).owner === null);
      await settled();
      clock.advance(29_999);
      await settled();
      expect(rests).toBe(told - 1);
      clock.advance(1);
      await until(() => rests === told);
      clock.advance(3_600_000);
      await settled();
      expect(rests).toBe(told);
      await wakeUp(id!);
    }
  });
});
