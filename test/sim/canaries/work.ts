import type { Connection, Pair } from '../../../src/hub/connections/index.ts';
import type { TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import type { OpenedStores } from '../backend.ts';
import { Chance } from '../core/chance.ts';
import type { Shared } from '../world/installation.ts';
import type { Canary } from './canary.ts';

const FOR_EVER = Number.MAX_SAFE_INTEGER / 2;

function stores(change: (opened: OpenedStores, chance: Chance) => Partial<OpenedStores>): Canary {
  return (seed) => {
    const chance = new Chance(seed, 'canary');
    return { stores: (opened) => ({ ...opened, ...change(opened, chance) }) };
  };
}

function shared(change: (shared: Shared) => Partial<Shared>): Canary {
  return () => ({ shared: (all) => ({ ...all, ...change(all) }) });
}

type AnyVerb = (...input: unknown[]) => unknown;

/** Every verb of a store with its lease changed on the way in. */
function withLease<T extends object>(store: T, change: (lease: Lease) => Lease): T {
  const verbs = Object.entries(store).map(([name, verb]) => [
    name,
    (first: unknown, ...others: unknown[]) => {
      const isLease = typeof first === 'object' && first !== null && 'fence' in first;
      return (verb as AnyVerb)(isLease ? change(first as Lease) : first, ...others);
    },
  ]);
  return Object.fromEntries(verbs) as T;
}

/** Mistakes in who does what, and for whom. */
export const WORK_CANARIES: Readonly<Record<string, Canary>> = {
  'a write does not prove its lease': () => {
    // Of all processes of a world, by connection.
    const newest = new Map<string, bigint>();
    const current = (lease: Lease) => ({ ...lease, fence: newest.get(lease.connectionId) ?? lease.fence });
    return {
      stores: (opened) => ({
        ...opened,
        work: {
          ...opened.work,
          claim: async (request) => {
            const leases = await opened.work.claim(request);
            for (const { connectionId, fence } of leases) newest.set(connectionId, fence);
            return leases;
          },
        },
        stores: {
          sync: withLease(opened.stores.sync, current),
          outbox: withLease(opened.stores.outbox, current),
          deliveries: withLease(opened.stores.deliveries, current),
          reconcile: withLease(opened.stores.reconcile, current),
        },
      }),
    };
  },
  'a lease that is held is given away': stores(({ work }) => ({
    work: { ...work, claim: (request) => work.claim({ ...request, now: request.now + 3_600_000 }) },
  })),
  'a lease ends after a second': stores(({ work }) => ({
    work: {
      ...work,
      claim: (request) => work.claim({ ...request, lease_ms: 1_000 }),
      extend: async (leases) => leases,
    },
  })),
  // Keys that are given by hand never change here; what a person authorises anew always does.
  'a credential is replaced by an older one': stores(({ grants }) => {
    const last = new Map<string, TokenSet>();
    return {
      grants: {
        ...grants,
        keep: (draft, tokens, by, now) => {
          const older = last.get(draft.id) ?? tokens;
          last.set(draft.id, tokens);
          return grants.keep(draft, older, by, now);
        },
      },
    };
  }),
  'a credential of another tenant is used': stores(({ grants }, chance) => {
    const known: Connection[] = [];
    return {
      grants: {
        ...grants,
        find: (connection) => {
          if (!known.some((one) => one.id === connection.id)) known.push(connection);
          const other = known.find((one) => one.tenantId !== connection.tenantId);
          return grants.find(other !== undefined && chance.happens(0.02) ? other : connection);
        },
      },
    };
  }),
  'no tenant is set': stores(({ stores: all }, chance) => {
    const known: Connection[] = [];
    const { deliveries } = all;
    return {
      stores: {
        ...all,
        deliveries: {
          ...deliveries,
          toSend: (connection, limit, now) => {
            if (!known.some((one) => one.id === connection.id)) known.push(connection);
            const other = known.find((one) => one.tenantId !== connection.tenantId);
            return deliveries.toSend(other !== undefined && chance.happens(0.2) ? other : connection, limit, now);
          },
        },
      },
    };
  }),
  'budgets are not asked': shared(() => ({
    budgets: { take: async () => ({ taken: true }), empty: async () => {} },
  })),
  'a breaker stays open for ever': shared(({ breakers }) => ({
    breakers: {
      read: (key) => breakers.read(key),
      update: (key, step) =>
        breakers.update(key, (before, now) => {
          const after = step(before, now);
          return after.openUntil === null ? after : { ...after, openUntil: FOR_EVER };
        }),
    },
  })),
  'differences are not written down': stores(({ stores: all }) => ({
    stores: {
      ...all,
      reconcile: {
        ...all.reconcile,
        save: (lease: Lease, pair: Pair, found, now) =>
          all.reconcile.save(
            lease,
            pair,
            { ...found, rows: found.rows.map((row) => ({ ...row, ledger: row.source, differences: [] })) },
            now,
          ),
      },
    },
  })),
};
