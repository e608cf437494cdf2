import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { intuitSignature, stripeSignature } from '../../../sandbox/src/index.ts';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { asAdmin } from '../../../test/support/test-server.ts';
import { base32 } from '../../kernel/base32.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { createTenant } from '../access/index.ts';
import { addAppEndpoint, type Connection, callerOf, ensureWebhook, listConnections } from '../connections/index.ts';
import { fanOut } from './index.ts';

/** Makes a NUL when JSON is read; PostgreSQL keeps none in a text. */
const NUL = '\\u0000';

let hub: TestHub;
let token: { readonly stripe: string; readonly quickbooks: string };
let secret: string;
let source: Connection;
let ledger: Connection;

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(hub.test.owner, (tx) => rows<R>(tx, statement));
const tokenOf = (url: string) => url.split('/').at(-1)!;

beforeAll(async () => {
  hub = await testHub();
  const connected = await hub.connect({}, ['stripe']);
  ledger = connected.ledger;
  const all = await hub.doors.database.tenant(hub.test.tenantId, listConnections);
  source = all.find(({ provider, id }) => provider === 'stripe' && id !== hub.test.connectionId)!;
  await ensureWebhook(hub.doors, await callerOf(hub.doors, source));
  const [registered] = hub.sandbox.stripe.context.state.tables.webhookEndpoints.all();
  secret = registered!.secret;
  const app = await addAppEndpoint(hub.doors, hub.test.tenantId, 'quickbooks', new Secret('verifier'));
  token = { stripe: tokenOf(registered!.url), quickbooks: tokenOf(app.url) };
});
afterAll(() => hub.close());
beforeEach(async () => {
  await query(sql`delete from events`);
  await query(sql`delete from deliveries`);
});

interface StripeEvent {
  readonly id: string;
  readonly type?: string;
  readonly created?: string;
  readonly object?: string;
}

const eventText = ({ id, type = 'charge.succeeded', created = '1790000000', object = 'ch_1' }: StripeEvent) =>
  `{"id":"${id}","object":"event","type":"${type}","created":${created},"data":{"object":{"id":"${object}","object":"charge"}}}`;

function stripe(text: string) {
  const t = Math.floor(hub.doors.clock.now() / 1_000);
  return hub.inbox.receive({
    provider: 'stripe',
    token: token.stripe,
    headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(secret, text, t) },
    body: new TextEncoder().encode(text),
  });
}

function intuit(events: readonly object[]) {
  const text = JSON.stringify(events);
  return hub.inbox.receive({
    provider: 'quickbooks',
    token: token.quickbooks,
    headers: { 'intuit-signature': intuitSignature('verifier', text) },
    body: new TextEncoder().encode(text),
  });
}

const change = (id: string, company: string, type = 'qbo.purchase.updated.v1') => ({
  specversion: '1.0',
  id,
  type,
  time: '2026-11-20T10:15:30Z',
  intuitentityid: '145',
  intuitaccountid: company,
});

const openAll = async () => {
  while (!(await fanOut(hub.doors, hub.inboxStore)).empty);
};

const deliveries = () =>
  query(sql<{ key: string; state: string; reason: string | null; duplicates: number }>`
    select dedupe_key as key, state, reason, duplicates from deliveries order by dedupe_key`);
const events = () =>
  query(sql<{ key: string; connectionId: string; tenantId: string; state: string; reason: string | null }>`
    select dedupe_key as key, connection_id as "connectionId", tenant_id as "tenantId", state, reason from events order by dedupe_key`);

describe('what arrives', () => {
  test('more than once, at once and later, is stored once and answered each time', async () => {
    const text = eventText({ id: 'evt_1' });
    const atOnce = await Promise.all(Array.from({ length: 40 }, () => stripe(text)));
    expect(atOnce.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(atOnce.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await openAll();
    expect(await stripe(text)).toEqual({ status: 200, code: null, duplicate: true });
    await openAll();
    expect(await deliveries()).toMatchObject([{ key: 'evt_1', state: 'done' }]);
    expect(await events()).toHaveLength(1);
  });

  test('many at once are each stored', async () => {
    await Promise.all(Array.from({ length: 600 }, (_, i) => stripe(eventText({ id: `evt_${i}` }))));
    expect(await deliveries()).toHaveLength(600);
  });

  test('under an id that the database cannot hold is stored under its hash, once, beside its neighbours', async () => {
    // Random, so that no compression makes it fit into an index.
    const tooLong = `evt_${base32(systemRandom.bytes(10_000))}`;
    const ids = ['evt_a', `evt_${NUL}`, tooLong, 'evt_b', `evt_${NUL}`, tooLong];
    const answers = await Promise.all(ids.map((id) => stripe(eventText({ id }))));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(2);
    await openAll();
    const hashed = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    expect((await deliveries()).map(({ key }) => key).sort()).toEqual(['evt_a', 'evt_b', hashed, hashed]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('and names an object by an id that no provider gives touches nothing, and holds up no turn', async () => {
    const object = base32(systemRandom.bytes(10_000));
    await stripe(eventText({ id: 'evt_long', type: 'invoice.updated', object }));
    await stripe(eventText({ id: 'evt_nul', type: 'invoice.updated', object: `in_${NUL}` }));
    await stripe(eventText({ id: 'evt_good', type: 'invoice.updated', object: 'in_1' }));
    await openAll();
    expect(await events()).toMatchObject([
      { key: 'evt_good', state: 'received' },
      { key: 'evt_long', state: 'ignored', reason: expect.stringContaining('no provider gives') },
      { key: 'evt_nul', state: 'ignored', reason: expect.stringContaining('no provider gives') },
    ]);
    await hub.settle();
    expect(await events()).toMatchObject([{ state: 'done' }, { state: 'ignored' }, { state: 'ignored' }]);
  });

  test('while the database is away is not acknowledged, and comes in again afterwards', async () => {
    const name = hub.test.owner.database;
    const admin = (text: string) => asAdmin(hub.test.owner, 'postgres', text);
    await stripe(eventText({ id: 'evt_before' }));
    await admin(`alter database ${name} connection limit 0`);
    await admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const text = eventText({ id: 'evt_during' });
    const refused = await Promise.allSettled([stripe(text), stripe(eventText({ id: 'evt_too' }))]);
    for (const one of refused) {
      expect(one.status).toBe('rejected');
      expect((one as PromiseRejectedResult).reason).toMatchObject({ code: 'store.unavailable' });
    }
    await admin(`alter database ${name} connection limit -1`);
    expect(await stripe(text)).toEqual({ status: 200, code: null, duplicate: false });
    expect((await deliveries()).map(({ key }) => key)).toEqual(['evt_before', 'evt_during']);
  });

  test('and is signed but unreadable is a dead letter, acknowledged, with its reason', async () => {
    expect(await stripe('{"id": ')).toMatchObject({ status: 200 });
    expect(await stripe('[]')).toMatchObject({ status: 200 });
    expect(await intuit([{ what: 'ever' }])).toMatchObject({ status: 200 });
    await openAll();
    const stored = await deliveries();
    expect(stored.map(({ state }) => state)).toEqual(['dead', 'dead', 'dead']);
    expect(stored.every(({ reason }) => (reason ?? '').length > 0)).toBe(true);
  });

  test('of a kind that nobody knows is left out with a reason that can be read', async () => {
    expect(await stripe(eventText({ id: 'evt_new', type: 'spaceship.launched' }))).toMatchObject({ status: 200 });
    await openAll();
    expect(await deliveries()).toMatchObject([
      { state: 'ignored', reason: expect.stringContaining('spaceship.launched') },
    ]);
    expect(await events()).toMatchObject([{ state: 'ignored', reason: expect.stringContaining('spaceship.launched') }]);
  });

  test('with a signature that does not fit is refused and stored nowhere', async () => {
    const answer = await hub.inbox.receive({
      provider: 'stripe',
      token: token.stripe,
      headers: { 'stripe-signature': 't=1,v1=00' },
      body: new TextEncoder().encode(eventText({ id: 'evt_bad' })),
    });
    expect(answer).toMatchObject({ status: 400, code: 'webhook.bad_signature' });
    expect(await deliveries()).toEqual([]);
  });
});

describe('a delivery that cannot be opened', () => {
  for (const [what, bad] of [
    ['a NUL in its type', eventText({ id: 'evt_bad', type: `charge.${NUL}succeeded` })],
    ['a NUL in the id of its object', eventText({ id: 'evt_bad', object: `ch_${NUL}` })],
    ['half a character in the id of its object', eventText({ id: 'evt_bad', object: 'ch_\\ud800' })],
    ['a time that no calendar has', eventText({ id: 'evt_bad', created: '900000000000000' })],
  ] as const) {
    test(`for ${what} is a dead letter and does not hold up the others`, async () => {
      await stripe(eventText({ id: 'evt_a' }));
      await stripe(bad);
      await stripe(eventText({ id: 'evt_b', type: 'spaceship.launched' }));
      await openAll();
      const states = Object.fromEntries((await deliveries()).map(({ key, state }) => [key, state]));
      expect(states).toMatchObject({ evt_a: 'done', evt_b: 'ignored' });
      expect(['dead', 'done', 'ignored']).toContain(states['evt_bad']);
      expect((await events()).map(({ key }) => key)).toEqual(expect.arrayContaining(['evt_a', 'evt_b']));
    });
  }
});

describe('a delivery of the whole app', () => {
  let other: TenantId;
  const companyOfOther = '9130350000000002';
  beforeAll(async () => {
    const { database, makeId, clock } = hub.doors;
    other = (await createTenant(database, { makeId, now: clock.now() }, 'Other LLC')).id;
    await query(sql`
      insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
      select 'con_other', ${other}, provider, role, ${companyOfOther}, 'Other LLC', environment, time_zone, 'active', since, created_at, updated_at from connections where id = ${ledger.id}`);
    await query(
      sql`insert into work (connection_id, tenant_id, priority, due_at) values ('con_other', ${other}, 10, now())`,
    );
  });

  test('reaches the companies it names and nobody else; a stranger is named', async () => {
    await intuit([change('a', ledger.accountId), change('b', 'company nobody knows'), change('c', companyOfOther)]);
    await openAll();
    expect(await events()).toMatchObject([
      { key: 'a', connectionId: ledger.id, tenantId: hub.test.tenantId, state: 'received' },
      { key: 'c', connectionId: 'con_other', tenantId: other, state: 'received' },
    ]);
    expect(await deliveries()).toMatchObject([
      { state: 'done', reason: expect.stringContaining('company nobody knows') },
    ]);
    const seen = (tenantId: TenantId) =>
      hub.doors.database.tenant(tenantId, (tx) =>
        rows(tx, sql<{ key: string }>`select dedupe_key as key from events order by 1`),
      );
    expect(await seen(hub.test.tenantId)).toEqual([{ key: 'a' }]);
    expect(await seen(other)).toEqual([{ key: 'c' }]);
    // What mixes companies is read by the inbox alone.
    expect(await hub.doors.database.tenant(other, (tx) => rows(tx, sql`select 1 from deliveries`))).toEqual([]);
    const woken = await query(sql<{ id: string }>`select distinct connection_id as id from work_wakes order by 1`);
    expect(woken.map(({ id }) => id)).toEqual(expect.arrayContaining([ledger.id, 'con_other']));
  });

  test('with one unknown entity among known ones has the known ones taken', async () => {
    await intuit([
      change('a', ledger.accountId),
      change('b', ledger.accountId, 'qbo.spaceship.created.v1'),
      change('c', ledger.accountId),
    ]);
    await openAll();
    expect((await events()).map(({ key, state }) => [key, state])).toEqual([
      ['a', 'received'],
      ['b', 'ignored'],
      ['c', 'received'],
    ]);
  });

  test('for strangers alone is left out with the reason', async () => {
    await intuit([change('a', 'company nobody knows')]);
    await openAll();
    expect(await deliveries()).toMatchObject([
      { state: 'ignored', reason: expect.stringContaining('company nobody knows') },
    ]);
    expect(await events()).toEqual([]);
  });

  test('that repeats an event of another delivery adds nothing', async () => {
    await intuit([change('a', ledger.accountId), change('b', ledger.accountId)]);
    await intuit([change('b', ledger.accountId), change('c', ledger.accountId)]);
    await openAll();
    expect((await events()).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });
});
