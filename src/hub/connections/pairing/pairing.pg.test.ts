import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerDoor } from '../../../../sandbox/src/index.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { pairUp, postKey } from '../../../../test/support/pair.ts';
import { Secret } from '../../../kernel/secret.ts';
import { asOwner, sql } from '../../../platform/store/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { CLI_ACTOR, pgAuditLog } from '../../audit/index.ts';
import { type Connection, callerOf, connectSource, disconnect, testConnection } from '../index.ts';
import { discoverServers } from './discover.ts';
import { arriveAtPairing, choosePaired } from './finish.ts';

let hub: TestHub;
/** Answers of a server that is not the sandbox's, or of its proxy. */
let instead: ((request: Request) => Response | null) | null = null;
let asked: string[] = [];

beforeAll(async () => {
  hub = await testHub({
    clock: new ManualClock({ skipsSleep: true }),
    through: (fetch) => async (request) => {
      asked.push(`${request.method} ${request.url}`);
      return instead?.(request) ?? fetch(request);
    },
    sandbox: { btcpay: { stores: [{ name: 'Coffee bar' }, { name: 'Tea house' }] } },
  });
});
beforeEach(() => {
  instead = null;
  asked = [];
});
afterAll(() => hub.close());

const parts = () => ({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
const coffee = () => hub.sandbox.btcpay.settings.stores[0]!.id;
const tea = () => hub.sandbox.btcpay.settings.stores[1]!.id;
const one = async (storeId: string, own: Parameters<typeof pairUp>[1] = {}) => {
  const step = await pairUp(parts(), own, [storeId]);
  return step.kind === 'paired' ? step.paired.connections[0]! : expect.fail('it asked to choose');
};
const works = async (connection: Connection) => testConnection(hub.doors, await callerOf(hub.doors, connection));
const tokenOf = async (connection: Connection) => (await callerOf(hub.doors, connection)).token.reveal();
const isAlive = async (key: string) => {
  const request = new Request('http://127.0.0.1:9/btcpay/api/v1/api-keys/current', {
    headers: { authorization: `token ${key}` },
  });
  return (await answerDoor(hub.sandbox, request)).ok;
};

describe('a pairing', () => {
  test('connects the one store that was allowed, by a key for it alone', async () => {
    const connection = await one(coffee());
    expect(connection).toMatchObject({
      provider: 'btcpay',
      accountId: coffee(),
      displayName: 'Coffee bar',
      state: 'active',
    });
    await works(connection);
    expect(hub.sandbox.btcpay.context.state.grantedKeys.at(-1)).toMatchObject({
      label: 'Counterfoil',
      permissions: expect.arrayContaining([`btcpay.store.webhooks.canmodifywebhooks:${coffee()}`]),
    });
  });

  test('again for the same store keeps the id and takes the new key', async () => {
    const first = await one(coffee());
    const before = await tokenOf(first);
    const again = await one(coffee());
    expect(again.id).toBe(first.id);
    expect(await tokenOf(first)).not.toBe(before);
  });

  test('of several stores asks, and makes a connection of each that is chosen', async () => {
    const { arrival, begun } = await postKey(parts());
    const step = await arriveAtPairing(hub.oauth, arrival);
    expect(step).toMatchObject({ kind: 'choose', choices: [{ name: 'Coffee bar' }, { name: 'Tea house' }] });
    const authorisation = (await hub.oauth.authorisations.find(hub.test.tenantId, begun.authorisationId))!;
    const wanted = { accountIds: [coffee(), tea()], binding: begun.binding };
    const { connections } = await choosePaired(hub.oauth, authorisation, wanted);
    expect(connections.map(({ accountId }) => accountId)).toEqual([coffee(), tea()]);
    await works(connections[1]!);
  });

  test('survives an outage at its end: the page is loaded again', async () => {
    const { arrival } = await postKey(parts(), {}, [tea()]);
    instead = () => new Response('', { status: 502 });
    await expect(arriveAtPairing(hub.oauth, arrival)).rejects.toMatchObject({ kind: 'retryable' });
    instead = null;
    expect((await arriveAtPairing(hub.oauth, arrival)).kind).toBe('paired');
  });

  test('with something that is no BTCPay Server is refused before anybody is sent there', async () => {
    for (const answer of [
      () => Response.json({ ok: true }),
      () => new Response('<html>'),
      () => new Response('', { status: 401 }),
    ]) {
      instead = answer;
      await expect(postKey(parts())).rejects.toMatchObject({ code: 'connection.unusable', field: 'server' });
    }
  });

  test('whose key the server then limits is refused with the permission, and the key is revoked', async () => {
    const { arrival, key } = await postKey(parts(), {}, [tea()]);
    const granted = hub.sandbox.btcpay.context.state.grantedKeys.at(-1)!;
    const view = `btcpay.store.canviewstoresettings:${tea()}`;
    instead = ({ url, method }) =>
      method === 'GET' && url.endsWith('/api-keys/current')
        ? Response.json({ apiKey: key, label: '', permissions: granted.permissions.filter((name) => name !== view) })
        : null;
    await expect(arriveAtPairing(hub.oauth, arrival)).rejects.toMatchObject({
      code: 'provider.forbidden',
      message: expect.stringContaining(view),
    });
    expect(await isAlive(key)).toBe(false);
  });

  test('says which permissions are too many, and what to do without the one for webhooks', async () => {
    const { arrival } = await postKey(parts(), {}, [tea()]);
    instead = ({ url }) =>
      url.endsWith('/api-keys/current')
        ? Response.json({
            permissions: [
              'btcpay.store.canviewstoresettings',
              'btcpay.user.canviewprofile',
              'btcpay.store.canviewinvoices',
            ],
          })
        : null;
    const step = await arriveAtPairing(hub.oauth, arrival);
    expect(step.kind === 'paired' ? step.paired.notes : []).toEqual([
      expect.stringContaining('btcpay.user.canviewprofile'),
      expect.stringContaining('counterfoil webhooks rotate'),
    ]);
  });
});

describe('connecting again', () => {
  test('by its own connection needs the same store, names both, and revokes the key of the other', async () => {
    const wanted = await one(coffee());
    const before = await tokenOf(wanted);
    const { arrival, key } = await postKey(parts(), { reconnect: wanted }, [tea()]);
    await expect(arriveAtPairing(hub.oauth, arrival)).rejects.toMatchObject({
      code: 'connection.other_account',
      message: expect.stringMatching(/Coffee bar.*Tea house/),
    });
    expect(await isAlive(key)).toBe(false);
    expect(await tokenOf(wanted)).toBe(before);
    expect((await one(coffee(), { reconnect: wanted })).id).toBe(wanted.id);
  });

  test('takes the one store of a key for several', async () => {
    const wanted = await one(tea());
    const step = await pairUp(parts(), { reconnect: wanted });
    expect(step.kind === 'paired' && step.paired.connections.map(({ id }) => id)).toEqual([wanted.id]);
  });

  test('at another server is refused with both named, and taken once the connection has ended', async () => {
    const { doors, test: made } = hub;
    const token = new Secret(hub.sandbox.btcpay.settings.apiKey);
    const store = { ...(await one(tea())), environment: 'production' } as const;
    const at = (baseUrl: string) =>
      doors.connections.keep({ ...store, id: doors.makeId('con'), baseUrl }, token, doors.clock.now());
    const refused = {
      code: 'connection.other_account',
      message: expect.stringMatching(/one\.example\.com.*two\.example\.com/),
    };
    const first = await at('https://one.example.com');
    await expect(at('https://two.example.com')).rejects.toMatchObject(refused);
    const elsewhere = postKey(parts(), { reconnect: first, server: 'https://two.example.com' });
    await expect(elsewhere).rejects.toMatchObject(refused);
    expect((await doors.connections.find(first.tenantId, first.id))?.baseUrl).toBe('https://one.example.com');
    await asOwner(made.owner, (tx) =>
      sql`update connections set state = 'disconnected' where id = ${first.id}`.execute(tx),
    );
    expect(await at('https://two.example.com')).toMatchObject({ id: first.id, baseUrl: 'https://two.example.com' });
    await asOwner(made.owner, (tx) =>
      sql`update connections set state = 'disconnected' where id = ${first.id}`.execute(tx),
    );
  });
});

test('a sandbox may move: it is on another port each time', async () => {
  const token = new Secret(hub.sandbox.btcpay.settings.apiKey);
  const about = { tenantId: hub.test.tenantId, provider: 'btcpay', environment: 'sandbox', token, since: 0 } as const;
  const at = (baseUrl: string) => connectSource(hub.doors, { ...about, baseUrl, accountIds: [tea()] });
  const [first] = await at('http://127.0.0.1:4001');
  const [moved] = await at('http://127.0.0.1:4002');
  expect(moved).toMatchObject({ id: first!.id, baseUrl: 'http://127.0.0.1:4002' });
  await disconnect(hub.doors, hub.oauth, moved!, CLI_ACTOR);
});

test('whoever began a pairing is who connected, in the audit', async () => {
  const actor = { kind: 'user', id: 'usr_began' } as const;
  const { id } = await one(coffee(), { actor });
  const { tenantId, database } = hub.test;
  const query = { order: 'newest', after: null, limit: 2, action: null, subject: null, actor: actor.id } as const;
  const { items } = await pgAuditLog(database).list(tenantId, query);
  expect(items).toMatchObject([
    { action: 'connection.connected', subject: id, actor },
    { action: 'authorisation.begun', actor },
  ]);
});

describe('disconnecting', () => {
  test('revokes the key at the server, but not while another store needs it', async () => {
    const { arrival, begun, key } = await postKey(parts());
    await arriveAtPairing(hub.oauth, arrival);
    const authorisation = (await hub.oauth.authorisations.find(hub.test.tenantId, begun.authorisationId))!;
    const wanted = { accountIds: [coffee(), tea()], binding: begun.binding };
    const { connections } = await choosePaired(hub.oauth, authorisation, wanted);
    expect((await disconnect(hub.doors, hub.oauth, connections[0]!, CLI_ACTOR)).leftAtProvider).toEqual([]);
    expect(await isAlive(key)).toBe(true);
    await works(connections[1]!);
    expect((await disconnect(hub.doors, hub.oauth, connections[1]!, CLI_ACTOR)).leftAtProvider).toEqual([]);
    expect(await isAlive(key)).toBe(false);
  });

  test('while the server is down says that the key is left there', async () => {
    const connection = await one(coffee());
    instead = () => new Response('', { status: 503 });
    const { leftAtProvider } = await disconnect(hub.doors, hub.oauth, connection, CLI_ACTOR);
    expect(leftAtProvider).toEqual([expect.stringContaining('delete it in the settings of BTCPay Server')]);
  });
});

describe('discovery', () => {
  const discover = (privateHosts: readonly string[] = []) => {
    const doors = { ...hub.doors, settings: { ...hub.doors.settings, privateHosts } };
    return discoverServers(doors, { tenantId: hub.test.tenantId, provider: 'btcpay' });
  };

  test('asks the known addresses once each for their health, without a key, and no others', async () => {
    instead = () => new Response('', { status: 404 });
    expect((await discover()).found).toEqual([]);
    expect(asked.sort()).toEqual([
      'GET http://btcpay-server_web_1:3003/api/v1/health',
      'GET http://btcpayserver.embassy:23000/api/v1/health',
      'GET http://btcpayserver.startos:23000/api/v1/health',
      'GET http://btcpayserver:49392/api/v1/health',
    ]);
  });

  test('shows what answers as a BTCPay Server, and whether it may be used', async () => {
    instead = ({ url }) =>
      url.includes('btcpay-server_web_1') ? Response.json({ synchronized: true }) : Response.json({ other: 1 });
    expect((await discover()).found).toEqual([
      { platform: 'Umbrel', server: 'http://btcpay-server_web_1:3003', isAllowed: false },
    ]);
    expect((await discover(['btcpay-server_web_1'])).found).toMatchObject([{ isAllowed: true }]);
  });

  test('takes an unreachable host for one that is not there', async () => {
    instead = () => {
      throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
    };
    expect((await discover()).found).toEqual([]);
  });
});
