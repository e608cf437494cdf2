import type { DeliveryStore } from '../../../src/hub/posting/index.ts';
import type { OutboxTx } from '../../../src/hub/posting/outbox-store.ts';
import type { OpenedStores } from '../backend.ts';
import { Chance } from '../core/chance.ts';
import type { Canary } from './canary.ts';

/** Changes the store of deliveries. */
function deliveries(change: (store: DeliveryStore, chance: Chance) => Partial<DeliveryStore>): Canary {
  return (seed) => {
    const chance = new Chance(seed, 'canary');
    return {
      stores: (opened) => ({
        ...opened,
        stores: {
          ...opened.stores,
          deliveries: { ...opened.stores.deliveries, ...change(opened.stores.deliveries, chance) },
        },
      }),
    };
  };
}

/** Changes the transaction of planning. */
function planning(change: (tx: OutboxTx) => OutboxTx): Canary {
  return () => ({
    stores: (opened: OpenedStores) => ({
      ...opened,
      stores: {
        ...opened.stores,
        outbox: {
          ...opened.stores.outbox,
          transaction: (lease, work) => opened.stores.outbox.transaction(lease, (tx) => work(change(tx))),
        },
      },
    }),
  });
}

/** Mistakes between a fact and its document. */
export const POSTING_CANARIES: Readonly<Record<string, Canary>> = {
  'a fresh key for each attempt': deliveries((store, chance) => ({
    beginSending: async (...input) =>
      (await store.beginSending(...input)).map((one) => ({ ...one, key: `${one.key.slice(0, 20)}${chance.next()}` })),
  })),
  'an unknown outcome counts as posted': deliveries((store) => ({
    settle: (lease, results, now) =>
      store.settle(
        lease,
        results.map((one) =>
          one.settlement.event === 'outcome_unknown' && one.attemptId !== null
            ? {
                ...one,
                settlement: { ...one.settlement, event: 'accepted', document: { documentId: one.posting.id } as never },
              }
            : one,
        ),
        now,
      ),
  })),
  'no look-up after an unknown outcome': deliveries((store) => ({
    settle: (lease, results, now) =>
      store.settle(
        lease,
        results.map((one) =>
          one.settlement.event === 'outcome_unknown' && one.attemptId !== null
            ? { ...one, settlement: { ...one.settlement, event: 'not_applied' } }
            : one,
        ),
        now,
      ),
  })),
  'a lost batch is taken apart at once': deliveries((store) => ({
    settle: (lease, results, now) =>
      store.settle(
        lease,
        results.map((one) => ({ ...one, settlement: { ...one.settlement, batch: null } })),
        now,
      ),
  })),
  'what a dead worker was sending is forgotten': deliveries(() => ({ recover: async () => 0 })),
  'what the source took back stays': deliveries(() => ({ toRemove: async () => [] })),
  'fees are not planned': planning((tx) => ({
    ...tx,
    save: async (plan) => (plan.posting.leg === 'fee' ? 'already_there' : tx.save(plan)),
  })),
  'a posting loses a leg when it is planned': planning((tx) => ({
    ...tx,
    save: (plan) => tx.save({ ...plan, posting: { ...plan.posting, entry: plan.posting.entry.slice(1) } }),
  })),
  'what counts again stays undone': planning((tx) => ({
    ...tx,
    save: async (plan) => {
      const saved = await tx.save(plan);
      return saved === 'undone' ? 'already_there' : saved;
    },
  })),
  'what was withdrawn is forgotten': planning((tx) => ({ ...tx, withdraw: async () => 0 })),
};
