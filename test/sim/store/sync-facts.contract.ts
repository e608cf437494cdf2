import { describe, expect, test } from 'vitest';
import { factToJson } from '../../../src/hub/sync/index.ts';
import { factId } from '../../../src/hub/sync/stored.ts';
import { writeJson } from '../../../src/kernel/json.ts';
import type { Fact } from '../../../src/model/facts.ts';
import { aFact, aPage, aRecord, understandAll } from './sync-fixtures.ts';
import { aLease, NOW, type StoreUnderTest } from './under-test.ts';

/** How every store keeps what records mean. */
export function describeFacts(name: string, make: () => Promise<StoreUnderTest>): void {
  async function start() {
    const store = await make();
    const leased = await aLease(store);
    const { connection, lease } = leased;
    let version = 0;
    /** Reads the objects anew, so that they are to be understood. */
    const read = (...ids: readonly string[]) => {
      version += 1;
      return store.sync.commitPage(lease, aPage(ids.map((id) => aRecord(id, version))));
    };
    const meanAs = (meaning: Readonly<Record<string, readonly Fact[]>>) =>
      understandAll(store, leased, (id) => ({ facts: meaning[id] ?? [] }));
    const factsSeen = () => store.seen.facts(connection.id);
    const attention = async () =>
      (await store.seen.attention(connection.tenantId)).map(({ subject, detail, resolvedAt }) => ({
        subject,
        detail,
        isOpen: resolvedAt === null,
      }));
    return { store, ...leased, leased, read, meanAs, factsSeen, attention };
  }

  describe(`${name}: facts`, () => {
    test('are stored once, with the names by which others find them', async () => {
      const { read, meanAs, factsSeen, connection, store } = await start();
      const fact = aFact('txn_1', { references: { charge: 'ch_1', long: 'x'.repeat(600) } });
      await read('x');
      expect(await meanAs({ x: [fact] })).toBe(1);
      const { id: connectionId, tenantId } = connection;
      const stored = {
        id: factId(tenantId, fact),
        tenantId,
        connectionId,
        stream: 's',
        externalId: 'x',
        kind: 'fee',
        objectId: 'txn_1',
        occurredAt: NOW,
        refs: ['charge:ch_1'],
        body: writeJson(factToJson(fact)),
        state: 'new',
        reasonCode: null,
      };
      expect(await factsSeen()).toEqual([stored]);
      expect(await store.seen.records(connectionId)).toEqual([{ externalId: 'x', normalised: true, problem: null }]);
      expect(await store.sync.toNormalise(connection, 10)).toEqual([]);
    });

    test('that come again unchanged keep what was made of them', async () => {
      const { read, meanAs, factsSeen, store } = await start();
      await read('x');
      await meanAs({ x: [aFact('a')] });
      await store.given.factState((await factsSeen())[0]!, 'planned');
      await read('x');
      expect(await meanAs({ x: [aFact('a')] })).toBe(0);
      expect(await factsSeen()).toMatchObject([{ state: 'planned' }]);
    });

    test('that changed are planned anew', async () => {
      const { read, meanAs, factsSeen, store } = await start();
      await read('x');
      await meanAs({ x: [aFact('a')] });
      await store.given.factState((await factsSeen())[0]!, 'planned');
      await read('x');
      const changed = aFact('a', { occurredAt: NOW + 1, references: { payout: 'po' } });
      expect(await meanAs({ x: [changed] })).toBe(1);
      expect(await factsSeen()).toMatchObject([
        { state: 'new', occurredAt: NOW + 1, refs: ['payout:po'], body: writeJson(factToJson(changed)) },
      ]);
    });

    test('that their record no longer gives are forgotten when nothing was planned for them', async () => {
      const { read, meanAs, factsSeen, attention } = await start();
      await read('x', 'y');
      await meanAs({ x: [aFact('a'), aFact('b')], y: [aFact('c')] });
      await read('x');
      expect(await meanAs({ x: [aFact('b')] })).toBe(1);
      expect((await factsSeen()).map(({ objectId }) => objectId)).toEqual(['b', 'c']);
      expect(await attention()).toEqual([]);
    });

    test('that their record no longer gives are shown, once, when something was planned for them', async () => {
      const { read, meanAs, factsSeen, attention, store } = await start();
      await read('x');
      await meanAs({ x: [aFact('a')] });
      const [fact] = await factsSeen();
      await store.given.postingOf(fact!);
      await read('x');
      expect(await meanAs({})).toBe(1);
      expect(await factsSeen()).toMatchObject([{ state: 'waiting', reasonCode: 'posting.changed_after_posting' }]);
      const shown = [{ subject: fact!.id, detail: 'The source no longer reports this.', isOpen: true }];
      expect(await attention()).toEqual(shown);
      await read('x');
      expect(await meanAs({})).toBe(0);
      expect(await attention()).toEqual(shown);
    });

    for (const [how, again] of [
      ['as they were', aFact('a')],
      ['changed', aFact('a', { description: 'changed' })],
    ] as const)
      test(`that come back ${how} are planned anew and no longer shown`, async () => {
        const { read, meanAs, factsSeen, attention, store } = await start();
        await read('x');
        await meanAs({ x: [aFact('a')] });
        const [fact] = await factsSeen();
        await store.given.postingOf(fact!);
        await read('x');
        await meanAs({});
        await read('x');
        expect(await meanAs({ x: [again] })).toBe(1);
        expect(await factsSeen()).toMatchObject([{ state: 'new', reasonCode: null }]);
        expect(await attention()).toMatchObject([{ subject: fact!.id, isOpen: false }]);
      });

    test('that move from one record to another in one batch stay', async () => {
      const { read, meanAs, factsSeen } = await start();
      await read('x', 'y');
      await meanAs({ x: [aFact('a')] });
      await read('x', 'y');
      expect(await meanAs({ y: [aFact('a')] })).toBe(0);
      expect(await factsSeen()).toMatchObject([{ objectId: 'a' }]);
    });

    test('of a record that was read anew meanwhile are not stored', async () => {
      const { read, store, connection, lease, factsSeen } = await start();
      await read('x');
      const [record] = await store.sync.toNormalise(connection, 1);
      await read('x');
      const commit = { record: record!, facts: [aFact('a')], problem: null, missing: [] };
      expect(await store.sync.commitFacts(lease, [commit], NOW)).toBe(0);
      expect(await factsSeen()).toEqual([]);
      expect(await store.sync.toNormalise(connection, 10)).toHaveLength(1);
    });

    test('none is nothing', async () => {
      const { store, lease } = await start();
      expect(await store.sync.commitFacts(lease, [], NOW)).toBe(0);
    });
  });

  describe(`${name}: a record`, () => {
    test('that is half understood keeps its facts and the reason, and is shown until it is understood', async () => {
      const { read, meanAs, store, leased, connection, attention, factsSeen } = await start();
      const subject = `${connection.id}/s/x`;
      await read('x');
      await meanAs({ x: [aFact('a')] });
      await read('x');
      const half = { facts: [aFact('b')], problem: 'amount: missing' };
      expect(await understandAll(store, leased, () => half)).toBe(1);
      expect((await factsSeen()).map(({ objectId }) => objectId)).toEqual(['a', 'b']);
      expect(await store.seen.records(connection.id)).toMatchObject([{ problem: 'amount: missing' }]);
      expect(await attention()).toEqual([{ subject, detail: 'amount: missing', isOpen: true }]);
      await read('x');
      await meanAs({ x: [aFact('b')] });
      expect((await factsSeen()).map(({ objectId }) => objectId)).toEqual(['b']);
      expect(await store.seen.records(connection.id)).toMatchObject([{ problem: null }]);
      expect(await attention()).toEqual([{ subject, detail: 'amount: missing', isOpen: false }]);
    });

    for (const [what, bad] of [
      ['a NUL in an id', aFact('b\0')],
      ['a NUL in a name', aFact('b', { references: { order: '\0' } })],
      ['a time that no calendar has', aFact('b', { occurredAt: 9e15 })],
    ] as const)
      test(`whose facts cannot be stored (${what}) has the reason, and the others theirs`, async () => {
        const { read, meanAs, store, connection, attention, factsSeen } = await start();
        await read('x', 'y', 'z');
        expect(await meanAs({ x: [aFact('a')], y: [aFact('good'), bad], z: [aFact('c')] })).toBe(2);
        expect((await factsSeen()).map(({ objectId }) => objectId)).toEqual(['a', 'c']);
        const detail = expect.stringContaining('the record cannot be stored');
        expect(await attention()).toEqual([{ subject: `${connection.id}/s/y`, detail, isOpen: true }]);
        expect(await store.seen.records(connection.id)).toMatchObject([
          { normalised: true, problem: null },
          { normalised: true, problem: detail },
          { normalised: true, problem: null },
        ]);
      });

    for (const [how, arriving] of [
      ['id', aRecord('needed', 1)],
      ['alias', aRecord('else', 1, { aliases: ['needed'] })],
    ] as const)
      test(`that waits for another is understood anew when that comes, found by its ${how}`, async () => {
        const { read, store, leased, lease, connection } = await start();
        await read('x', 'y');
        const missing = [
          { stream: 's', externalId: 'needed' },
          { stream: 't', externalId: 'needed' },
        ];
        const wait = (id: string) => (id === 'x' ? { missing: [...missing, missing[0]!] } : {});
        await understandAll(store, leased, wait);
        const open = async () =>
          (await store.sync.toNormalise(connection, 10)).map(({ externalId }) => externalId).sort();
        expect(await open()).toEqual([]);
        await store.sync.commitPage(lease, aPage([aRecord('stranger', 1, { stream: 'u' })]));
        expect(await open()).toEqual(['stranger']);
        await store.sync.commitPage(lease, aPage([arriving]));
        expect(await open()).toEqual([arriving.externalId, 'stranger', 'x'].sort());
        await understandAll(store, leased, () => ({}));
        await store.sync.commitPage(lease, aPage([arriving]));
        expect(await open()).toEqual([]);
        await store.sync.commitPage(lease, aPage([aRecord('needed', 1, { stream: 't', settled: true })]));
        expect(await open()).toEqual(['needed', 'x']);
      });
  });
}
