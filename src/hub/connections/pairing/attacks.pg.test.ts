import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { allow, beginPair, grantOf, pairUp, postKey } from '../../../../test/support/pair.ts';
import { sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../../platform/store/index.ts';
import { createLog } from '../../../platform/telemetry/index.ts';
import type { FetchDoor } from '../../../platform/transport/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { AUTHORISATION_KEPT_MS, AUTHORISATION_LIFE_MS, MAX_OPEN_AUTHORISATIONS } from '../oauth/authorisation.ts';
import { newBinding } from '../oauth/begin.ts';
import { finishAuthorisation } from '../oauth/finish.ts';
import { arriveAtPairing, choosePaired } from './finish.ts';
import { type PostedGrant, receiveGrant } from './receive-grant.ts';

let hub: TestHub;
let clock: ManualClock;
let logged = '';
/** Every request that reached the server, as method, path and key. */
let asked: { readonly what: string; readonly key: string | null }[] = [];

beforeAll(async () => {
  clock = new ManualClock({ skipsSleep: true });
  const record =
    (fetch: FetchDoor): FetchDoor =>
    (request, ...more) => {
      const what = `${request.method} ${new URL(request.url).pathname}`;
      asked.push({ what, key: request.headers.get('authorization') });
      return fetch(request, ...more);
    };
  const write = (text: string) => {
    logged += text;
  };
  hub = await testHub({
    clock,
    through: record,
    log: createLog({ level: 'debug', format: 'json', destination: { write }, clock }),
    oauth: { returnOrigins: ['https://books.example.com'] },
    sandbox: { btcpay: { stores: [{ name: 'Coffee bar' }, { name: 'Tea house' }] } },
  });
});
beforeEach(() => {
  asked = [];
  clock.advance(AUTHORISATION_LIFE_MS);
});
afterAll(() => hub.close());

const parts = () => ({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
const coffee = () => hub.sandbox.btcpay.settings.stores[0]!.id;
const tea = () => hub.sandbox.btcpay.settings.stores[1]!.id;
const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(hub.test.owner, (tx) => rows<R>(tx, statement));
const countOf = async (table: string, condition = sql`true`) => {
  const [row] = await query(sql<{ count: bigint }>`select count(*) from ${sql.table(table)} where ${condition}`);
  return Number(row!.count);
};
const events = () => countOf('security_events', sql`kind like 'pairing.%'`);
const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'accepted'> =>
  work.then(
    () => 'accepted' as const,
    (error) => error.code,
  );
/** Calls that carried a key. */
const withKey = () => asked.filter(({ key }) => key !== null);
const post = (grant: PostedGrant) => receiveGrant(hub.oauth, grant);

describe('a posted form', () => {
  const FORGED: Readonly<
    Record<string, readonly [change: (grant: PostedGrant) => Partial<PostedGrant>, code: ErrorCode]>
  > = {
    'without a state': [() => ({ query: new URLSearchParams() }), 'oauth.state_unknown'],
    'with an invented state': [
      () => ({ query: new URLSearchParams({ state: 'a'.repeat(52) }) }),
      'oauth.state_unknown',
    ],
    'with two states': [
      ({ query: given }) => ({ query: new URLSearchParams([...given, ['state', 'other']]) }),
      'oauth.state_unknown',
    ],
    'without a key': [() => ({ body: Buffer.from('userId=x') }), 'oauth.callback_incomplete'],
    'with two keys': [
      ({ body }) => ({ body: Buffer.concat([Buffer.from(body), Buffer.from(`&apiKey=${'b'.repeat(40)}`)]) }),
      'oauth.callback_incomplete',
    ],
    'with a key that breaks a header': [
      () => ({ body: Buffer.from('apiKey=aaaaaaaaaaaaaaaaaaaa%0D%0Ax:%20y') }),
      'oauth.callback_incomplete',
    ],
    'that is JSON': [() => ({ contentType: 'application/json' }), 'oauth.callback_incomplete'],
    'that is far too large': [
      ({ body }) => ({ body: Buffer.concat([Buffer.from(body), Buffer.alloc(70_000, 'x')]) }),
      'oauth.callback_incomplete',
    ],
  };
  for (const [name, [change, code]] of Object.entries(FORGED))
    test(`${name} is refused before any key is used, and recorded`, async () => {
      const begun = await beginPair(parts());
      const grant = grantOf(await allow(hub.sandbox, begun.authorizeUrl, [coffee()]));
      const before = await events();
      expect(await codeOf(post({ ...grant, ...change(grant) }))).toBe(code);
      expect(withKey()).toEqual([]);
      expect(await events()).toBe(before + 1);
      expect(await countOf('oauth_flow_secrets')).toBe(0);
    });

  test('is good once; a second one ends the pairing for everybody', async () => {
    const { posted, arrival } = await postKey(parts(), {}, [coffee()]);
    expect(await codeOf(post(grantOf(posted)))).toBe('oauth.state_used');
    expect(await codeOf(arriveAtPairing(hub.oauth, arrival))).toBe('oauth.state_used');
    expect(withKey()).toEqual([]);
  });

  test('is refused after ten minutes, and taken at the last moment', async () => {
    const late = grantOf(await allow(hub.sandbox, (await beginPair(parts())).authorizeUrl));
    clock.advance(AUTHORISATION_LIFE_MS);
    expect(await codeOf(post(late))).toBe('oauth.state_expired');
    const inTime = grantOf(await allow(hub.sandbox, (await beginPair(parts())).authorizeUrl));
    clock.advance(AUTHORISATION_LIFE_MS - 1);
    expect(await codeOf(post(inTime))).toBe('accepted');
  });

  test('changes nothing by itself: the key is sealed, and nobody is asked', async () => {
    const before = await countOf('connections');
    const { begun, key } = await postKey(parts(), {}, [coffee()]);
    expect(withKey()).toEqual([]);
    expect(await countOf('connections')).toBe(before);
    expect(await countOf('oauth_flow_secrets', sql`flow_id = ${begun.authorisationId} and field = 'answer'`)).toBe(1);
    for (const table of ['oauth_flows', 'oauth_flow_secrets'])
      for (const text of [key, Buffer.from(key).toString('hex')])
        expect(await countOf(table, sql`${sql.ref(table)}::text like ${`%${text}%`}`)).toBe(0);
  });

  test('for an authorisation at another provider is refused, and no other authorisation takes the answer of a pairing', async () => {
    const { posted, begun } = await postKey(parts(), {}, [coffee()]);
    const parameters = new URLSearchParams({
      state: posted.target.searchParams.get('state')!,
      code: 'x',
      realmId: '1',
    });
    const callback = { parameters, provider: 'quickbooks', pastedUri: null, tenantId: null, binding: begun.binding };
    expect(await codeOf(finishAuthorisation(hub.oauth, callback))).not.toBe('accepted');
    expect(withKey()).toEqual([]);
  });
});

describe('a browser that comes back', () => {
  const STRANGERS: Readonly<
    Record<string, readonly [change: (back: URLSearchParams) => { binding?: Secret | null }, code: ErrorCode]>
  > = {
    'without a session': [() => ({ binding: null }), 'oauth.other_session'],
    'with another session': [() => ({ binding: newBinding(hub.oauth) }), 'oauth.other_session'],
    'with the session, but without having posted the key': [
      (back) => {
        back.delete('ticket');
        return {};
      },
      'oauth.other_session',
    ],
    'with an invented ticket': [
      (back) => {
        back.set('ticket', 'a'.repeat(52));
        return {};
      },
      'oauth.other_session',
    ],
    'with two tickets': [
      (back) => {
        back.append('ticket', 'x');
        return {};
      },
      'oauth.other_session',
    ],
    'without a state': [
      (back) => {
        back.delete('state');
        return {};
      },
      'oauth.state_unknown',
    ],
  };
  for (const [name, [change, code]] of Object.entries(STRANGERS))
    test(`${name} is refused, the key is thrown away unused, and it is recorded`, async () => {
      const { arrival, begun } = await postKey(parts(), {}, [coffee()]);
      const before = await events();
      const parameters = new URLSearchParams(arrival.parameters);
      const own = change(parameters);
      expect(await codeOf(arriveAtPairing(hub.oauth, { ...arrival, parameters, ...own }))).toBe(code);
      expect(withKey()).toEqual([]);
      expect(await events()).toBe(before + 1);
      if (code === 'oauth.state_unknown') return;
      expect(await codeOf(arriveAtPairing(hub.oauth, arrival))).toBe('oauth.state_used');
      expect(await countOf('oauth_flow_secrets', sql`flow_id = ${begun.authorisationId}`)).toBe(0);
    });

  test('before any key was posted gets nothing', async () => {
    const begun = await beginPair(parts());
    const parameters = new URL(new URL(begun.authorizeUrl).searchParams.get('redirect')!).searchParams;
    parameters.set('ticket', '');
    const arrival = { provider: 'btcpay', parameters, binding: begun.binding };
    expect(await codeOf(arriveAtPairing(hub.oauth, arrival))).toBe('oauth.callback_incomplete');
  });

  test('fifty times at once connects once', async () => {
    const { arrival } = await postKey(parts(), {}, [coffee()]);
    const all = await Promise.all(Array.from({ length: 50 }, () => codeOf(arriveAtPairing(hub.oauth, arrival))));
    expect(all.filter((code) => code === 'accepted')).toHaveLength(1);
    expect(new Set(all)).toEqual(new Set(['accepted', 'oauth.state_used']));
    expect(asked.filter(({ what }) => what.startsWith('DELETE'))).toEqual([]);
  });

  test('is of its own tenant alone', async () => {
    const { begun } = await postKey(parts(), {}, [coffee()]);
    expect(
      await hub.oauth.authorisations.find('ten_other' as typeof hub.test.tenantId, begun.authorisationId),
    ).toBeNull();
  });

  test('with a key of another server is refused by the server that was named', async () => {
    const begun = await beginPair(parts());
    const posted = await allow(hub.sandbox, begun.authorizeUrl, [coffee()]);
    posted.form.set('apiKey', 'f'.repeat(40));
    const received = await post(grantOf(posted));
    const parameters = new URL(received.kind === 'continue' ? received.location : '').searchParams;
    const arrival = { provider: 'btcpay', parameters, binding: begun.binding };
    const before = await countOf('connections');
    expect(await codeOf(arriveAtPairing(hub.oauth, arrival))).toBe('provider.unauthorized');
    expect(await countOf('connections')).toBe(before);
    expect(await codeOf(arriveAtPairing(hub.oauth, arrival))).toBe('oauth.state_used');
  });
});

describe('choosing', () => {
  const chosen = async () => {
    const { arrival, begun, key } = await postKey(parts());
    expect((await arriveAtPairing(hub.oauth, arrival)).kind).toBe('choose');
    const authorisation = (await hub.oauth.authorisations.find(hub.test.tenantId, begun.authorisationId))!;
    return { authorisation, binding: begun.binding, arrival, key };
  };

  test('before the browser was back is refused', async () => {
    const { begun } = await postKey(parts());
    const authorisation = (await hub.oauth.authorisations.find(hub.test.tenantId, begun.authorisationId))!;
    const wanted = { accountIds: [coffee()], binding: begun.binding };
    expect(await codeOf(choosePaired(hub.oauth, authorisation, wanted))).toBe('oauth.callback_incomplete');
    expect(withKey()).toEqual([]);
  });

  test('from another session ends the pairing', async () => {
    const { authorisation, binding } = await chosen();
    const stranger = { accountIds: [coffee()], binding: newBinding(hub.oauth) };
    expect(await codeOf(choosePaired(hub.oauth, authorisation, stranger))).toBe('oauth.other_session');
    const again = (await hub.oauth.authorisations.find(hub.test.tenantId, authorisation.id))!;
    expect(await codeOf(choosePaired(hub.oauth, again, { accountIds: [coffee()], binding }))).toBe('oauth.state_used');
  });

  test('a store that was not offered is refused with those that were, and may be corrected', async () => {
    const { authorisation, binding } = await chosen();
    const wrong = choosePaired(hub.oauth, authorisation, { accountIds: ['nobody'], binding });
    await expect(wrong).rejects.toMatchObject({
      code: 'connection.unusable',
      message: expect.stringContaining('Tea house'),
    });
    const { connections } = await choosePaired(hub.oauth, authorisation, { accountIds: [tea()], binding });
    expect(connections.map(({ displayName }) => displayName)).toEqual(['Tea house']);
  });

  test('after ten minutes is refused', async () => {
    const { authorisation, binding } = await chosen();
    clock.advance(AUTHORISATION_LIFE_MS);
    expect(await codeOf(choosePaired(hub.oauth, authorisation, { accountIds: [coffee()], binding }))).toBe(
      'oauth.state_expired',
    );
  });
});

describe('beginning', () => {
  const OVERRIDE = 'http://127.0.0.1:9/btcpay';
  const unhelped = () => {
    const { btcpay: _btcpay, ...baseUrls } = hub.doors.settings.baseUrls;
    const work = { ...hub.oauth.work, settings: { ...hub.oauth.work.settings, baseUrls } };
    return { oauth: { ...hub.oauth, work }, tenantId: hub.test.tenantId };
  };

  test.each([
    ['http://127.0.0.1:9/btcpay', 'transport.host_not_allowed'],
    ['https://127.0.0.1', 'transport.private_address'],
    ['https://10.0.0.1', 'transport.private_address'],
    ['https://192.168.1.1', 'transport.private_address'],
    ['https://[::1]', 'transport.private_address'],
    ['https://2130706433', 'transport.private_address'],
    ['https://0x7f.1', 'transport.private_address'],
    ['https://169.254.169.254', 'transport.private_address'],
    ['http://169.254.169.254/latest', 'transport.host_not_allowed'],
    ['http://btcpay.example.com', 'transport.host_not_allowed'],
    ['https://user:pass@btcpay.example.com', 'connection.unusable'],
    ['https://btcpay.example.com/?x=1', 'connection.unusable'],
    ['https://btcpay.example.com/#x', 'connection.unusable'],
    ['ftp://btcpay.example.com', 'connection.unusable'],
    ['file:///etc/passwd', 'connection.unusable'],
    ['nonsense', 'connection.unusable'],
  ])('at %s is refused with %s, and nothing is asked', async (server, code) => {
    expect(await codeOf(beginPair(unhelped(), { server }))).toBe(code);
    expect(asked).toEqual([]);
  });

  test('in production asks for https on the way to us and on the page, and for no stand-in', async () => {
    const production = (server: string) => beginPair(unhelped(), { server, environment: 'production' });
    expect(await codeOf(production('http://shop.example.com'))).toBe('connection.unusable');
    const { settings } = hub.oauth.work;
    const open = {
      ...unhelped().oauth.work,
      settings: { ...settings, baseUrls: {}, publicUrl: 'http://hub.example.com' },
    };
    const oauth = { ...hub.oauth, work: open };
    const begun = beginPair(
      { oauth, tenantId: hub.test.tenantId },
      { server: 'https://shop.example.com', environment: 'production' },
    );
    expect(await codeOf(begun)).toBe('oauth.address_not_allowed');
    expect(await codeOf(beginPair(parts(), { server: OVERRIDE, environment: 'production' }))).toBe(
      'connection.unusable',
    );
  });

  test('returns only to origins that are listed', async () => {
    expect(await codeOf(beginPair(parts(), { returnTo: 'https://books.example.com.evil.example/' }))).toBe(
      'oauth.address_not_allowed',
    );
    expect(await codeOf(beginPair(parts(), { returnTo: 'https://books.example.com/x' }))).toBe('accepted');
  });

  test('sends the key to our own callback, with a state of which only the hash is kept', async () => {
    const { authorizeUrl } = await beginPair(parts());
    const url = new URL(authorizeUrl);
    expect(`${url.origin}${url.pathname}`).toBe(`${OVERRIDE}/api-keys/authorize`);
    const redirect = new URL(url.searchParams.get('redirect')!);
    expect(redirect.href).toMatch(/^http:\/\/127\.0\.0\.1:4171\/oauth\/callback\/btcpay\?state=[0-9a-z]{52}$/);
    const state = redirect.searchParams.get('state')!;
    expect(await countOf('oauth_flows', sql`state_hash = ${sha256(state)}`)).toBe(1);
    expect(await countOf('oauth_flows', sql`oauth_flows::text like ${`%${state}%`}`)).toBe(0);
    expect(url.searchParams.getAll('permissions')).toEqual([
      'btcpay.store.canviewstoresettings',
      'btcpay.store.canviewinvoices',
      'btcpay.store.webhooks.canmodifywebhooks',
    ]);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      applicationName: 'Counterfoil',
      applicationIdentifier: 'counterfoil',
      strict: 'true',
      selectiveStores: 'true',
    });
  });

  test('erases a key for which nobody came, when the next pairing begins', async () => {
    const { begun } = await postKey(parts(), {}, [coffee()]);
    const kept = () => countOf('oauth_flow_secrets', sql`flow_id = ${begun.authorisationId}`);
    expect(await kept()).toBe(1);
    clock.advance(AUTHORISATION_LIFE_MS + 1);
    await beginPair(parts());
    expect(await kept()).toBe(0);
  });

  test('is given to no more than so many at once, and what is over is swept after a day', async () => {
    for (let i = 0; i < MAX_OPEN_AUTHORISATIONS; i += 1) await beginPair(parts());
    expect(await codeOf(beginPair(parts()))).toBe('oauth.too_many');
    clock.advance(AUTHORISATION_LIFE_MS + AUTHORISATION_KEPT_MS + 1);
    await beginPair(parts());
    expect(await countOf('oauth_flows')).toBe(1);
  });
});

test('no key, ticket or state is in any log line or event', async () => {
  const { key, arrival } = await postKey(parts(), {}, [tea()]);
  await arriveAtPairing(hub.oauth, arrival);
  const ended = await postKey(parts(), {}, [tea()]);
  await codeOf(arriveAtPairing(hub.oauth, { ...ended.arrival, binding: null }));
  const [dump] = await query(sql<{ text: string }>`select string_agg(t::text, ' ') as text from security_events t`);
  const [calls] = await query(
    sql<{ text: string }>`select coalesce(string_agg(t::text, ' '), '') as text from calls t`,
  );
  for (const secret of [key, ended.key, ...arrival.parameters.values(), ...ended.arrival.parameters.values()])
    for (const place of [logged, dump!.text, calls!.text])
      for (const spelling of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')])
        expect(place).not.toContain(spelling);
  await pairUp(parts(), {}, [tea()]);
});
