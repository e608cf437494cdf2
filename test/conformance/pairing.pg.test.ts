import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI_ACTOR } from '../../src/hub/audit/index.ts';
import { callerOf, disconnect } from '../../src/hub/connections/index.ts';
import { createWebhooks } from '../../src/hub/operate/index.ts';
import { ManualClock } from '../../src/platform/transport/manual-clock.ts';
import { type TestHub, testHub } from '../support/hub.ts';
import { pairUp } from '../support/pair.ts';
import { judgedDoor } from './judged-door.ts';
import { failureText } from './judged-fetch.ts';
import { describeConformance } from './shared-folder.ts';

describeConformance('a pairing with BTCPay, every message judged', () => {
  const door = judgedDoor();
  let hub: TestHub;
  beforeAll(async () => {
    hub = await testHub({ clock: new ManualClock({ now: Date.now(), skipsSleep: true }), through: door.through });
  });
  afterAll(() => hub.close());

  test('from the first look to the revoked key', async () => {
    const { tenantId } = hub.test;
    const step = await pairUp({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId });
    const [connection] = step.kind === 'paired' ? step.paired.connections : [];
    await callerOf(hub.doors, connection!);
    const webhooks = createWebhooks(hub.doors);
    const { state } = hub.sandbox.btcpay.context;
    const standings = [await webhooks.check(tenantId, connection!.id, CLI_ACTOR)];
    Object.assign(state.webhooks.all()[0]!, { enabled: false });
    standings.push(await webhooks.check(tenantId, connection!.id, CLI_ACTOR));
    await webhooks.rotate(tenantId, connection!.id, CLI_ACTOR);
    expect(standings).toEqual(['made', 'corrected']);
    expect((await disconnect(hub.doors, hub.oauth, connection!, CLI_ACTOR)).leftAtProvider).toEqual([]);
    expect(failureText(door.failures())).toBe('');
    const used = door.judges.btcpay.operationsUsed().map(({ operation }) => operation);
    expect(used).toEqual(
      expect.arrayContaining([
        'GET /api/v1/health',
        'GET /api/v1/api-keys/current',
        'DELETE /api/v1/api-keys/current',
        'PUT /api/v1/stores/{storeId}/webhooks/{webhookId}',
      ]),
    );
  });
});
