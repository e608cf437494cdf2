import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/hub/connections/index.ts';
import type { Role } from '../../../src/hub/mapping/index.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { aConnection, MINUTE_MS, makeId, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;

type Make = () => Promise<StoreUnderTest>;

async function aPair(store: StoreUnderTest, ledger: Connection, settings: Json = {}) {
  const { tenantId, id: ledgerId } = ledger;
  const { id: sourceId } = await aConnection(store, { tenantId });
  return store.connections.savePair({ id: makeId('pai'), tenantId, sourceId, ledgerId, settings }, NOW);
}

/** What every store of connections does with pairs. */
export function describePairs(name: string, make: Make): void {
  async function start(settings: Json = { a: 1, b: { c: ['x', 'y'], d: true } }) {
    const store = await make();
    const ledger = await aConnection(store, { role: 'ledger', provider: 'quickbooks' });
    const pair = await aPair(store, ledger, settings);
    const { version: _, ...unsaved } = pair;
    return { store, ledger, pair, unsaved };
  }

  describe(`${name}: a pair`, () => {
    test('begins with version 1 and is found by its ledger', async () => {
      const { store, ledger, pair } = await start();
      expect(pair).toMatchObject({ tenantId: ledger.tenantId, ledgerId: ledger.id, version: 1 });
      expect(pair.settings).toEqual({ a: 1, b: { c: ['x', 'y'], d: true } });
      expect(await store.connections.pairsOfLedger(ledger.tenantId, ledger.id)).toEqual([pair]);
    });

    test('has a new version only when its settings differ', async () => {
      const { store, unsaved } = await start();
      const versionOf = async (settings: Json) =>
        (await store.connections.savePair({ ...unsaved, settings }, LATER)).version;
      expect(await versionOf(unsaved.settings)).toBe(1);
      expect(await versionOf({ b: { d: true, c: ['x', 'y'] }, a: 1 })).toBe(1);
      expect(await versionOf({ a: 1, b: { c: ['y', 'x'], d: true } })).toBe(2);
      expect(await versionOf({ a: 1 })).toBe(3);
      expect(await versionOf({ a: 1 })).toBe(3);
      expect(await versionOf(unsaved.settings)).toBe(4);
    });

    test('of the same source is the same one, with another ledger', async () => {
      const { store, ledger, pair, unsaved } = await start();
      const other = await aConnection(store, { role: 'ledger', tenantId: ledger.tenantId });
      const moved = await store.connections.savePair({ ...unsaved, id: makeId('pai'), ledgerId: other.id }, LATER);
      expect(moved).toEqual({ ...pair, ledgerId: other.id });
      expect(await store.connections.pairsOfLedger(ledger.tenantId, ledger.id)).toEqual([]);
      expect(await store.connections.pairsOfLedger(ledger.tenantId, other.id)).toEqual([moved]);
    });

    test('of a ledger comes in the order of ids, to its own tenant only', async () => {
      const { store, ledger, pair } = await start();
      const { tenantId } = ledger;
      const [lateId, earlyId] = [makeId('pai'), pair.id.replace(/_./, '_!') as typeof pair.id];
      for (const id of [lateId, earlyId]) {
        const { id: sourceId } = await aConnection(store, { tenantId });
        await store.connections.savePair({ id, tenantId, sourceId, ledgerId: ledger.id, settings: {} }, NOW);
      }
      await aPair(store, await aConnection(store, { tenantId, role: 'ledger' }));
      const found = await store.connections.pairsOfLedger(tenantId, ledger.id);
      expect(found.map(({ id }) => id)).toEqual([earlyId, pair.id, lateId]);
      expect(await store.connections.pairsOfLedger(await store.given.tenant(), ledger.id)).toEqual([]);
    });
  });
}

/** What every store of mappings does. */
export function describeMapping(name: string, make: Make): void {
  describe(`${name}: roles`, () => {
    test('come in the order of their names, each with what was saved last', async () => {
      const store = await make();
      const pair = await aPair(store, await aConnection(store, { role: 'ledger' }));
      expect(await store.mapping.roles(pair)).toEqual([]);
      const save = (role: Role, ledgerId: string, title: string) =>
        store.mapping.saveRole(pair, { role, ledgerId, name: title }, NOW);
      for (const role of ['SALES', 'CLR:b', 'AR', 'CLR:B', 'CLR:a', 'BANK'] as const) await save(role, role, 'first');
      await save('CLR:b', '7', 'second');
      expect(await store.mapping.roles(pair)).toEqual([
        { role: 'AR', ledgerId: 'AR', name: 'first' },
        { role: 'BANK', ledgerId: 'BANK', name: 'first' },
        { role: 'CLR:B', ledgerId: 'CLR:B', name: 'first' },
        { role: 'CLR:a', ledgerId: 'CLR:a', name: 'first' },
        { role: 'CLR:b', ledgerId: '7', name: 'second' },
        { role: 'SALES', ledgerId: 'SALES', name: 'first' },
      ]);
    });

    test('are those of one pair and of its own tenant', async () => {
      const store = await make();
      const ledger = await aConnection(store, { role: 'ledger' });
      const [one, other] = [await aPair(store, ledger), await aPair(store, ledger)];
      await store.mapping.saveRole(one, { role: 'BANK', ledgerId: '1', name: 'Checking' }, NOW);
      await store.mapping.saveRole(other, { role: 'BANK', ledgerId: '2', name: 'Savings' }, NOW);
      expect(await store.mapping.roles(one)).toEqual([{ role: 'BANK', ledgerId: '1', name: 'Checking' }]);
      expect(await store.mapping.roles({ ...one, tenantId: await store.given.tenant() })).toEqual([]);
    });
  });
}
