import { describe, expect, test } from 'vitest';
import type { AttentionItem } from '../../../src/hub/audit/index.ts';
import type { TenantId } from '../../../src/kernel/ids.ts';
import { MINUTE_MS, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;

/** What every store of attention items and security events does. */
export function describeAuditStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}: attention`, () => {
    async function raise(
      store: StoreUnderTest,
      tenantId: TenantId,
      subject: string,
      over: Partial<AttentionItem> = {},
      now = NOW,
    ): Promise<void> {
      const item = {
        tenantId,
        connectionId: null,
        code: 'posting.account_role_missing',
        subject,
        detail: 'one',
      } as const;
      await store.audit.raise({ ...item, ...over }, now);
    }
    const openOf = async (store: StoreUnderTest, tenantId: TenantId) =>
      (await store.seen.attention(tenantId)).filter((row) => row.resolvedAt === null).map((row) => row.subject);

    test('noticed again, a cause of a subject stays one item with the newest detail', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await raise(store, tenantId, 's');
      await raise(store, tenantId, 's', { detail: 'two' }, LATER);
      expect(await store.seen.attention(tenantId)).toEqual([
        {
          connectionId: null,
          code: 'posting.account_role_missing',
          subject: 's',
          detail: 'two',
          openedAt: NOW,
          resolvedAt: null,
        },
      ]);
    });

    test('another cause, and the same cause after it was gone, is another item', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await raise(store, tenantId, 's');
      await raise(store, tenantId, 's', { code: 'posting.approval' });
      await store.audit.resolve(tenantId, ['s', 's', 'unknown'], LATER);
      await raise(store, tenantId, 's', {}, LATER + 1);
      const items = await store.seen.attention(tenantId);
      expect(items.map(({ code, openedAt, resolvedAt }) => [code, openedAt, resolvedAt])).toEqual([
        ['posting.account_role_missing', NOW, LATER],
        ['posting.approval', NOW, LATER],
        ['posting.account_role_missing', LATER + 1, null],
      ]);
    });

    test('what was closed keeps the time at which it was', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await raise(store, tenantId, 's');
      await store.audit.resolve(tenantId, ['s'], LATER);
      await store.audit.resolve(tenantId, ['s'], LATER + 1);
      expect(await store.seen.attention(tenantId)).toMatchObject([{ resolvedAt: LATER }]);
    });

    test('of other subjects and other tenants stays open', async () => {
      const store = await make();
      const [tenantId, other] = [await store.given.tenant(), await store.given.tenant()];
      await raise(store, tenantId, 's');
      await raise(store, tenantId, 't');
      await raise(store, other, 's');
      await store.audit.resolve(tenantId, ['s'], LATER);
      expect(await openOf(store, tenantId)).toEqual(['t']);
      expect(await openOf(store, other)).toEqual(['s']);
      await store.audit.resolve(tenantId, [], LATER);
      expect(await openOf(store, tenantId)).toEqual(['t']);
    });

    test('that somebody should see because it is posted stays open when a hindrance is gone', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await raise(store, tenantId, 'hindered');
      await raise(store, tenantId, 'hindered', { code: 'posting.customer_money' });
      await store.audit.resolveHindrances(tenantId, ['hindered'], LATER);
      const items = await store.seen.attention(tenantId);
      expect(items.map(({ code, resolvedAt }) => [code, resolvedAt])).toEqual([
        ['posting.account_role_missing', LATER],
        ['posting.customer_money', null],
      ]);
    });
  });

  describe(`${name}: security events`, () => {
    test('are kept with and without a tenant', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await store.audit.record({ tenantId, kind: 'webhook.refused', detail: { why: 'signature' } }, NOW);
      await store.inbox.recordSecurityEvent({ tenantId: null, kind: 'webhook.unknown', detail: {} }, NOW);
      expect(await store.seen.securityEvents()).toEqual([
        { tenantId, kind: 'webhook.refused', detail: { why: 'signature' } },
        { tenantId: null, kind: 'webhook.unknown', detail: {} },
      ]);
    });
  });
}
