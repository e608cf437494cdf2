import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { btcpaySignature } from '../../../../sandbox/src/index.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { rows, sql } from '../../../platform/store/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { CLI_ACTOR } from '../../audit/index.ts';
import { type Caller, callerOf, ensureWebhook } from '../index.ts';
import { pgEndpointStore } from './endpoint-store.pg.ts';
import { checkWebhook, rotateWebhook, SECRETS_READ_WITHIN_MS, type UpkeepDoors } from './upkeep.ts';

let hub: TestHub;
let clock: ManualClock;
let caller: Caller;
let upkeep: UpkeepDoors;
let asked: string[] = [];
let fault: ((request: Request) => Response | 'lose' | null) | null = null;

beforeAll(async () => {
  // The database's own clock decides when an old secret ends.
  clock = new ManualClock({ now: Date.now(), skipsSleep: true });
  hub = await testHub({
    clock,
    through: (fetch) => async (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname.replace(/^\/btcpay\/api\/v1\/stores\/\w+/, '')}`);
      const answer = fault?.(request.clone()) ?? null;
      if (answer === 'lose') {
        await fetch(request);
        throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
      }
      return answer ?? fetch(request);
    },
  });
  const { pairs } = await hub.connect({}, ['btcpay']);
  const source = (await hub.doors.connections.find(hub.test.tenantId, pairs[0]!.sourceId))!;
  caller = await callerOf(hub.doors, source);
  upkeep = { work: hub.doors, endpoints: pgEndpointStore(hub.doors.database, hub.doors) };
  await ensureWebhook(hub.doors, caller);
});
beforeEach(() => {
  fault = null;
  asked = [];
});
afterAll(() => hub.close());

const there = () => hub.sandbox.btcpay.context.state.webhooks.all();
const query = <R>(statement: ReturnType<typeof sql<R>>) =>
  hub.test.database.tenant(hub.test.tenantId, (tx) => rows<R>(tx, statement));
/** What the inbox answers to a delivery signed with this secret. */
const deliver = async (secret: string, url = there()[0]!.url) => {
  clock.advance(SECRETS_READ_WITHIN_MS);
  const body = JSON.stringify({
    deliveryId: hub.doors.makeId('dlv'),
    type: 'InvoiceCreated',
    storeId: 'x',
    invoiceId: 'y',
  });
  const [, , provider, token] = new URL(url).pathname.split('/');
  const headers = { 'btcpay-sig': btcpaySignature(secret, body) };
  return (await hub.inbox.receive({ provider: provider!, token: token!, headers, body: Buffer.from(body) })).status;
};

describe('looking after a webhook', () => {
  test('one that is as it should be is left alone', async () => {
    expect(await checkWebhook(upkeep, caller, CLI_ACTOR)).toBe('good');
    expect(asked).toEqual(['GET /webhooks']);
    expect(there()).toHaveLength(1);
  });

  test('one that was switched off or lost events is corrected, and keeps its address and secret', async () => {
    const { url, secret, id } = there()[0]!;
    const whole = there()[0]!.authorizedEvents;
    for (const change of [
      { enabled: false },
      { automaticRedelivery: false },
      { authorizedEvents: { everything: false, specificEvents: whole.specificEvents.slice(1) } },
    ]) {
      Object.assign(there()[0]!, change);
      expect(await checkWebhook(upkeep, caller, CLI_ACTOR)).toBe('corrected');
      expect(there()).toMatchObject([
        { id, url, secret, enabled: true, automaticRedelivery: true, authorizedEvents: whole },
      ]);
    }
  });

  test('one that is gone is made again at another address, and the old address is dead', async () => {
    const old = there()[0]!;
    hub.sandbox.btcpay.context.state.webhooks.remove(old.id);
    expect(await checkWebhook(upkeep, caller, CLI_ACTOR)).toBe('made');
    expect(there()).toHaveLength(1);
    expect(there()[0]!.url).not.toBe(old.url);
    expect(await deliver(there()[0]!.secret)).toBe(200);
    expect(await deliver(old.secret, old.url)).not.toBe(200);
    expect(await checkWebhook(upkeep, caller, CLI_ACTOR)).toBe('good');
  });

  test('two looks at once make no second one', async () => {
    await Promise.all([checkWebhook(upkeep, caller, CLI_ACTOR), checkWebhook(upkeep, caller, CLI_ACTOR)]);
    expect(there()).toHaveLength(1);
  });
});

describe('rotating a secret', () => {
  test('sets a new one at the server; both are believed, and the old one ends after a day', async () => {
    const old = there()[0]!.secret;
    const { oldEndsAt, secret } = await rotateWebhook(upkeep, caller, CLI_ACTOR);
    const next = there()[0]!.secret;
    expect([next === old, secret]).toEqual([false, null]);
    expect([await deliver(old), await deliver(next), await deliver('made-up-secret')]).toEqual([200, 200, 401]);
    expect(oldEndsAt).toBeGreaterThan(clock.now() + 23 * 3_600_000);
    await query(sql`update endpoint_secrets set ends_at = now() - interval '1 second' where ends_at is not null`);
    expect([await deliver(old), await deliver(next)]).toEqual([401, 200]);
    await upkeep.endpoints.sweep(hub.test.tenantId, clock.now());
    expect(await query(sql`select secret_id from endpoint_secrets where ends_at is not null`)).toEqual([]);
  });

  test('believes the new one before the server is told of it', async () => {
    const early: Promise<number>[] = [];
    fault = (request) => {
      if (request.method === 'PUT') early.push(request.text().then((text) => deliver(JSON.parse(text).secret)));
      return null;
    };
    await rotateWebhook(upkeep, caller, CLI_ACTOR);
    expect(await Promise.all(early)).toEqual([200]);
  });

  test('whose answer is lost believes both, and the next rotation goes on with the same secret', async () => {
    const old = there()[0]!.secret;
    fault = ({ method }) => (method === 'PUT' ? 'lose' : null);
    await expect(rotateWebhook(upkeep, caller, CLI_ACTOR)).rejects.toMatchObject({ outcome: 'unknown' });
    const set = there()[0]!.secret;
    expect(set).not.toBe(old);
    expect([await deliver(old), await deliver(set)]).toEqual([200, 200]);
    fault = null;
    await rotateWebhook(upkeep, caller, CLI_ACTOR);
    expect(there()[0]!.secret).toBe(set);
    expect([await deliver(old), await deliver(set)]).toEqual([200, 200]);
  });

  test('keeps everything else of the webhook', async () => {
    const { secret: _secret, ...before } = there()[0]!;
    await rotateWebhook(upkeep, caller, CLI_ACTOR);
    const { secret: _other, ...after } = there()[0]!;
    expect(after).toEqual(before);
  });

  test('three times in a row keeps each old one for its own day', async () => {
    const secrets = [there()[0]!.secret];
    for (let i = 0; i < 3; i += 1) {
      await rotateWebhook(upkeep, caller, CLI_ACTOR);
      secrets.push(there()[0]!.secret);
    }
    expect(new Set(secrets).size).toBe(4);
    for (const secret of secrets) expect(await deliver(secret)).toBe(200);
  });

  test('of a webhook that is gone makes a new one', async () => {
    hub.sandbox.btcpay.context.state.webhooks.remove(there()[0]!.id);
    await rotateWebhook(upkeep, caller, CLI_ACTOR);
    expect(await deliver(there()[0]!.secret)).toBe(200);
  });

  test('at a provider that rotates by itself is refused', async () => {
    const { pairs } = await hub.connect({}, ['stripe']);
    const stripe = (await hub.doors.connections.find(hub.test.tenantId, pairs[0]!.sourceId))!;
    const rotated = rotateWebhook(upkeep, await callerOf(hub.doors, stripe), CLI_ACTOR);
    await expect(rotated).rejects.toMatchObject({
      code: 'connection.unusable',
      message: expect.stringContaining('Stripe'),
    });
  });
});

describe('a key that may not change webhooks', () => {
  test('gets an address and a secret to enter by hand, and later another secret; polling goes on meanwhile', async () => {
    const known = (await hub.doors.connections.endpoint(caller.connection))!;
    await upkeep.endpoints.retire(caller.connection, known.id, { actor: CLI_ACTOR, now: clock.now() });
    fault = ({ url }) =>
      url.includes('/webhooks') ? Response.json({ code: 'missing-permission' }, { status: 403 }) : null;
    const first = await rotateWebhook(upkeep, caller, CLI_ACTOR);
    expect(first).toMatchObject({ byHand: expect.stringContaining('InvoiceSettled'), oldEndsAt: null });
    const secret = first.secret!.reveal();
    expect(await deliver(secret, first.url!)).toBe(200);
    const second = await rotateWebhook(upkeep, caller, CLI_ACTOR);
    expect(second.url).toBeNull();
    expect([await deliver(secret, first.url!), await deliver(second.secret!.reveal(), first.url!)]).toEqual([200, 200]);
    expect(await checkWebhook(upkeep, caller, CLI_ACTOR)).toBe('by_hand');
  });
});
