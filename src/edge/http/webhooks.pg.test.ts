import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vectorSamples } from '../../../test/conformance/samples-vectors.ts';
import { describeConformance, requiredSharedFolder } from '../../../test/conformance/shared-folder.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { TEST_PASSWORDS } from '../../../test/support/test-server.ts';
import { registry } from '../../connectors/registry.ts';
import type { Doors } from '../../hub/doors.ts';
import { fanOut, Inbox, pgDeliveryList, pgInboxStore } from '../../hub/inbox/index.ts';
import { hex, hmacSha256, sha256 } from '../../kernel/digest.ts';
import { idMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { at, Database, rows, sql } from '../../platform/store/index.ts';
import { createEdgeServer } from './edge-server.ts';
import { httpDoors } from './fixtures/doors.ts';

const NOW = Date.UTC(2026, 10, 20);
const SECRET = 'whsec_of_a_test';
const clock = { at: NOW, now: () => clock.at };
const makeId = idMaker(clock, systemRandom);

let support: TestDatabase;
beforeAll(async () => {
  support = await testDatabase();
});
afterAll(() => support.close());

/** The real inbox and connectors; secrets are "sealed" as they are. */
function edgeOver(database: Database) {
  const doors = httpDoors();
  const vault = {
    open: async (_tenant: string, _place: object, sealed: { ciphertext: Uint8Array }) =>
      new Secret(Buffer.from(sealed.ciphertext).toString()),
  };
  const hub = { ...doors, database, registry, clock, makeId, vault } as unknown as Doors;
  const store = pgInboxStore(database, makeId);
  const inbox = new Inbox(hub, store, () => {});
  const providers = registry.providers.map(({ provider }) => provider);
  return { app: createEdgeServer({ ...doors, inbox, providers }), fanOut: () => fanOut(hub, store) };
}

/** Makes an endpoint and answers its path. */
async function endpoint(provider: string, secret: string): Promise<string> {
  const id = makeId('whk');
  const token = `token${id}`;
  const { tenantId, connectionId } = support;
  await support.database.tenant(tenantId, async (tx) => {
    await sql`
      insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
      values (${id}, ${tenantId}, ${connectionId}, ${provider}, ${sha256(token)}, 'https://hub.example.com/webhooks/endpoint', ${at(NOW)})`.execute(
      tx,
    );
    await sql`
      insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
      values (${tenantId}, ${id}, 'current', ${Buffer.from(secret)}, 1, ${at(NOW)})`.execute(tx);
  });
  return `/webhooks/${provider}/${token}`;
}

function signed(body: string, signedAt = clock.at): Record<string, string> {
  const t = Math.floor(signedAt / 1_000);
  return {
    'content-type': 'application/json',
    'stripe-signature': `t=${t},v1=${hex(hmacSha256(SECRET, `${t}.${body}`))}`,
  };
}

async function securityEvents(): Promise<string[]> {
  const found = await support.database.tenant(support.tenantId, (tx) =>
    rows(tx, sql<{ code: string }>`select detail ->> 'code' as code from security_events order by code`),
  );
  return found.map(({ code }) => code);
}

async function storedStates(): Promise<(readonly [string, number])[]> {
  const query = { order: 'oldest', after: null, limit: 200, state: null, provider: null } as const;
  const { items } = await pgDeliveryList(support.database).list(support.tenantId, query);
  return items.map(({ state, duplicates }) => [state, duplicates] as const);
}

describe('a webhook over the real inbox', () => {
  const event = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'charge.succeeded',
    created: NOW / 1_000,
    data: { object: { id: 'ch_1', object: 'charge' } },
  });
  let path: string;
  beforeAll(async () => {
    path = await endpoint('stripe', SECRET);
  });

  test('is stored once, however often it comes', async () => {
    const { app } = edgeOver(support.database);
    for (let times = 0; times < 3; times += 1) {
      const answer = await app.inject({ method: 'POST', url: path, payload: event, headers: signed(event) });
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
    expect(await storedStates()).toEqual([['received', 2]]);
  });

  test('that is signed and cannot be read is acknowledged and becomes a dead letter', async () => {
    const edge = edgeOver(support.database);
    const body = '{"id": "evt_2", "broken';
    expect(
      (await edge.app.inject({ method: 'POST', url: path, payload: body, headers: signed(body) })).statusCode,
    ).toBe(200);
    await edge.fanOut();
    expect((await storedStates()).map(([state]) => state).sort()).toEqual(['dead', 'done']);
  });

  test('with a wrong signature or an old one is refused, stored nowhere, and a security event', async () => {
    const { app } = edgeOver(support.database);
    const before = await storedStates();
    const forged = await app.inject({ method: 'POST', url: path, payload: `${event} `, headers: signed(event) });
    const stale = await app.inject({
      method: 'POST',
      url: path,
      payload: event,
      headers: signed(event, NOW - 3_600_000),
    });
    expect([forged.statusCode, forged.json<{ code: string }>().code]).toEqual([400, 'webhook.bad_signature']);
    expect([stale.statusCode, stale.json<{ code: string }>().code]).toEqual([400, 'webhook.stale']);
    expect(await storedStates()).toEqual(before);
    expect(await securityEvents()).toEqual(['webhook.bad_signature', 'webhook.stale']);
  });

  test('at an address that does not exist, or of another provider, is 404', async () => {
    const { app } = edgeOver(support.database);
    for (const url of ['/webhooks/stripe/nobody', path.replace('stripe', 'btcpay')]) {
      const answer = await app.inject({ method: 'POST', url, payload: event, headers: signed(event) });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'webhook.unknown_endpoint']);
    }
  });

  test('is turned away with 503 while the database is down', async () => {
    const nowhere = new Database({
      host: '127.0.0.1',
      port: 9,
      database: 'none',
      ssl: false,
      passwords: TEST_PASSWORDS,
      appConnections: 1,
    });
    const { app } = edgeOver(nowhere);
    const answer = await app.inject({ method: 'POST', url: path, payload: event, headers: signed(event) });
    expect([answer.statusCode, answer.headers['retry-after'], answer.json<{ code: string }>().code]).toEqual([
      503,
      '5',
      'store.unavailable',
    ]);
    expect(answer.body).not.toContain('127.0.0.1');
    await nowhere.close();
  });
});

describeConformance('webhook vectors at the public listener', () => {
  const DEFAULT_NOW_S = 1_763_630_010;
  for (const provider of ['stripe', 'btcpay', 'quickbooks'] as const) {
    for (const vector of vectorSamples(provider, requiredSharedFolder())) {
      test(`${vector.name} is answered ${vector.status}`, async () => {
        clock.at = (vector.now ?? DEFAULT_NOW_S) * 1_000;
        const { app } = edgeOver(support.database);
        const url = await endpoint(provider, vector.key);
        const answer = await app.inject({
          method: 'POST',
          url,
          payload: Buffer.from(vector.body),
          headers: vector.headers,
        });
        clock.at = NOW;
        expect(answer.statusCode).toBe(vector.status);
      });
    }
  }
});
