import { expect, test } from 'vitest';
import type { OpenedStores } from './backend.ts';
import { memoryBackend } from './backend-memory.ts';
import { copiesIn } from './copies.ts';
import { runSeed, type SeedResult } from './seed.ts';
import { drawSwarm, type Swarm } from './swarm.ts';

/** A world in which second documents cannot be helped: no number is enforced, keys are forgotten, requests are late. */
function withCopies(seed: number): Swarm {
  const drawn = drawSwarm(seed);
  const tenants = drawn.tenants.slice(0, 1).map((tenant) => ({ ...tenant, enforcesNumbers: false }));
  return { ...drawn, tenants, faults: { ...drawn.faults, lateLanding: 0.05, keyRetention_ms: 60_000 } };
}

/** A comparison that keeps silent about copies. */
function silent(stores: OpenedStores): OpenedStores {
  const { reconcile } = stores.stores;
  const save: typeof reconcile.save = (lease, pair, found, now) => {
    const rows = found.rows.map((row) => ({
      ...row,
      differences: row.differences.filter(({ detail }) => !detail.includes('second document')),
    }));
    return reconcile.save(lease, pair, { ...found, rows }, now);
  };
  return { ...stores, stores: { ...stores.stores, reconcile: { ...reconcile, save } } };
}

function run(seed: number, stores?: (stores: OpenedStores) => OpenedStores): Promise<SeedResult> {
  const sabotage = stores === undefined ? {} : { sabotage: { stores } };
  return runSeed({ seed, backend: memoryBackend(), swarm: withCopies(seed), ...sabotage });
}

test('a second document that cannot be helped is allowed when the comparison shows it, and only then', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { violation } = await run(seed, silent);
    if (violation === null) continue;
    expect(violation.detail).toMatch(/is a second document of pst_\w+ and nothing shows it$/);
    expect((await run(seed)).violation).toBeNull();
    return;
  }
  expect.unreachable('no seed made a second document');
});

test('of the documents of a posting the one made first counts, and none when it is not posted', () => {
  const watch = {
    live: new Map([
      ['pst_a', new Set(['Transfer 10', 'Transfer 9', 'Transfer 11'])],
      ['pst_b', new Set(['Deposit 8'])],
      ['pst_c', new Set(['Invoice 7'])],
    ]),
    document: (key: string) => ({ posting: '', entity: '', minor: 0n, madeAt: Number(key.split(' ')[1]) }),
  };
  expect(copiesIn(watch, new Set(['pst_a', 'pst_b']))).toEqual([
    { posting: 'pst_a', entity: 'Transfer', documentId: '10', madeAt: 10 },
    { posting: 'pst_a', entity: 'Transfer', documentId: '11', madeAt: 11 },
    { posting: 'pst_c', entity: 'Invoice', documentId: '7', madeAt: 7 },
  ]);
});
