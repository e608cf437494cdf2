import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { ManualClock } from '../../platform/transport/manual-clock.ts';
import { CLI_ACTOR, pgAuditLog } from '../audit/index.ts';
import { callerOf, ensureWebhook, pauseOrResume } from '../connections/index.ts';
import { createWebhooks, keepWebhooks } from './webhooks.ts';

let hub: TestHub;
let isDown = false;
let asked = 0;
beforeAll(async () => {
  hub = await testHub({
    clock: new ManualClock({ now: Date.now(), skipsSleep: true }),
    through: (fetch) => (request) => {
      if (request.url.includes('/webhooks')) asked += 1;
      return isDown ? Promise.resolve(new Response('', { status: 503 })) : fetch(request);
    },
  });
});
beforeEach(() => {
  isDown = false;
  asked = 0;
});
afterAll(() => hub.close());

const source = async () => {
  const { pairs } = await hub.connect({}, ['btcpay']);
  const found = (await hub.doors.connections.find(hub.test.tenantId, pairs[0]!.sourceId))!;
  await ensureWebhook(hub.doors, await callerOf(hub.doors, found));
  return found;
};
const there = () => hub.sandbox.btcpay.context.state.webhooks;
const removeAll = () => {
  for (const { id } of there().all()) there().remove(id);
};

test('webhooks that are gone are made again for every connection that works', async () => {
  await source();
  removeAll();
  await keepWebhooks(hub.doors, hub.test.tenantId);
  expect(there().all()).toHaveLength(1);
  const query = { order: 'newest', after: null, limit: 2, action: null, subject: null, actor: 'system' } as const;
  const { items } = await pgAuditLog(hub.test.database).list(hub.test.tenantId, query);
  expect(items.map(({ action }) => action)).toEqual(['webhook_endpoint.made', 'webhook_endpoint.retired']);
});

test('a provider that is down keeps nobody, and is asked the next time', async () => {
  await source();
  removeAll();
  isDown = true;
  await keepWebhooks(hub.doors, hub.test.tenantId);
  expect(there().all()).toHaveLength(0);
  isDown = false;
  await keepWebhooks(hub.doors, hub.test.tenantId);
  expect(there().all()).toHaveLength(1);
});

test('a connection that rests is left alone', async () => {
  const connection = await source();
  await pauseOrResume(
    hub.doors.database,
    hub.doors,
    { connection, actor: CLI_ACTOR, event: 'pause' },
    hub.doors.clock.now(),
  );
  removeAll();
  asked = 0;
  await keepWebhooks(hub.doors, hub.test.tenantId);
  expect(asked).toBe(0);
  await pauseOrResume(
    hub.doors.database,
    hub.doors,
    { connection, actor: CLI_ACTOR, event: 'resume' },
    hub.doors.clock.now(),
  );
});

test("another tenant's webhook is not found", async () => {
  const { id } = await source();
  const webhooks = createWebhooks(hub.doors);
  for (const verb of ['check', 'rotate'] as const)
    await expect(webhooks[verb]('ten_other' as TenantId, id, CLI_ACTOR)).rejects.toMatchObject({
      code: 'connection.not_found',
    });
});
