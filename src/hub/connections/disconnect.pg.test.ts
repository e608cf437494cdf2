import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorise } from '../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { rows, sql } from '../../platform/store/index.ts';
import { ManualClock } from '../../platform/transport/manual-clock.ts';
import { CLI_ACTOR } from '../audit/index.ts';
import { callerOf, disconnect, ensureWebhook, pauseOrResume, testConnection } from './index.ts';

let hub: TestHub;
let isDown = false;
beforeAll(async () => {
  hub = await testHub({
    clock: new ManualClock({ now: Date.UTC(2026, 9, 20), skipsSleep: true }),
    through: (fetch) => (request) => (isDown ? Promise.resolve(new Response('', { status: 503 })) : fetch(request)),
  });
});
beforeEach(() => {
  isDown = false;
});
afterAll(() => hub.close());

const parts = () => ({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
const query = <R>(statement: ReturnType<typeof sql<R>>) =>
  hub.test.database.tenant(hub.test.tenantId, (tx) => rows(tx, statement));
const secretsOf = (id: string) =>
  query(sql`
    select field as what from credentials where connection_id = ${id}
    union all select 'grant' from oauth_grants where connection_id = ${id}
    union all select 'endpoint' from endpoint_secrets s join webhook_endpoints e on e.id = s.endpoint_id where e.connection_id = ${id}`);

describe('disconnecting', () => {
  test('a company revokes at the provider and leaves no credential', async () => {
    const connection = await authorise(parts());
    const { token } = await callerOf(hub.doors, connection);
    const { connection: ended, leftAtProvider } = await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    expect([ended.id, ended.state, leftAtProvider]).toEqual([connection.id, 'disconnected', []]);
    expect(await secretsOf(connection.id)).toEqual([]);
    const caller = { connection, token };
    await expect(testConnection(hub.doors, caller)).rejects.toMatchObject({ code: 'provider.unauthorized' });
    await expect(callerOf(hub.doors, connection)).rejects.toMatchObject({ code: 'connection.not_active' });
  });

  test('again changes nothing', async () => {
    const connection = await authorise(parts());
    await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    const before = await query(sql<{ count: bigint }>`select count(*) from security_events`);
    const again = await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    expect(again.leftAtProvider).toEqual([]);
    expect(await query(sql<{ count: bigint }>`select count(*) from security_events`)).toEqual(before);
  });

  test('while the provider is down erases the credential all the same, and says what is left to do there', async () => {
    const connection = await authorise(parts());
    isDown = true;
    const { connection: ended, leftAtProvider } = await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    expect(ended.state).toBe('disconnected');
    expect(leftAtProvider).toEqual([expect.stringContaining('remove the app in the settings of QuickBooks Online')]);
    expect(await secretsOf(connection.id)).toEqual([]);
  });

  test('a source removes our webhook there; connecting again makes another', async () => {
    const { pairs } = await hub.connect({}, ['stripe']);
    const source = (await hub.doors.connections.find(hub.test.tenantId, pairs[0]!.sourceId))!;
    const made = (await ensureWebhook(hub.doors, await callerOf(hub.doors, source)))!;
    const endpoints = () => hub.sandbox.stripe.snapshot();
    expect(JSON.stringify(endpoints())).toContain(made.url);
    const { leftAtProvider } = await disconnect(hub.doors, hub.oauth, source, CLI_ACTOR);
    expect(leftAtProvider).toEqual([]);
    expect(JSON.stringify(endpoints())).not.toContain(made.url);
    expect(await secretsOf(source.id)).toEqual([]);
    const again = await hub.connect({}, ['stripe']);
    expect(again.pairs[0]!.sourceId).toBe(source.id);
    const renewed = (await ensureWebhook(hub.doors, await callerOf(hub.doors, source)))!;
    expect(renewed.url).not.toBe(made.url);
  });
});

describe('a connection', () => {
  test('is paused and resumed, each as often as anybody likes', async () => {
    const connection = await authorise(parts());
    const states = [];
    for (const event of ['pause', 'pause', 'resume', 'resume'] as const)
      states.push(
        (
          await pauseOrResume(
            hub.doors.database,
            hub.doors,
            { connection, event, actor: CLI_ACTOR },
            hub.doors.clock.now(),
          )
        ).state,
      );
    expect(states).toEqual(['paused', 'paused', 'active', 'active']);
  });

  test('that was ended is not resumed, only connected again, under its old id', async () => {
    const connection = await authorise(parts());
    await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    const resumed = pauseOrResume(
      hub.doors.database,
      hub.doors,
      { connection, event: 'resume', actor: CLI_ACTOR },
      hub.doors.clock.now(),
    );
    await expect(resumed).rejects.toMatchObject({ code: 'connection.state_refused' });
    expect(await authorise(parts())).toMatchObject({ id: connection.id, state: 'active' });
  });
});
