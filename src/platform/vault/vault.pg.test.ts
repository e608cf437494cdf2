import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { seededRandom, systemRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../store/embedded/index.ts';
import { Database, migrate, rows, sql, type Tx } from '../store/index.ts';
import { deleteCredential, deleteCredentials, loadCredential, storeCredential } from './credentials.ts';
import type { KeyProvider } from './key-provider.ts';
import { pgKeyRecords } from './key-records.pg.ts';
import { localKeyProvider } from './local-key-provider.ts';
import { toKey } from './master-key.ts';
import { createVault, type Vault } from './vault.ts';
import { dataKeyReaderIn, pgVaultStore } from './vault-store.pg.ts';
import { verifyKey } from './verify-key.ts';

const clock = systemClock;
const origin = 'COUNTERFOIL_MASTER_KEY';
const canary = 'sk_test_canary_4242';

function localKey(seed: number) {
  return localKeyProvider(toKey(seededRandom(seed).bytes(32)), systemRandom);
}

let dataDir: string;
let server: EmbeddedPostgres;
let database: Database;
let firstStarts: PromiseSettledResult<unknown>[];
let key: KeyProvider;
let vault: Vault;
let tenants = 0;
let tenantId: TenantId;
let connectionId: ConnectionId;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-vault-pg-'));
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const { bytes: randomBytes } = systemRandom;
  server = await startEmbeddedPostgres({ dataDir, clock, randomBytes, log: silent, settings: { fsync: 'off' } });
  const address = { ...server.connection, ssl: false };
  const passwords = {
    app: 'app-sandbox',
    inbox: 'inbox-sandbox',
    engine: 'engine-sandbox',
    access: 'access-sandbox',
  };
  await migrate(address, passwords);
  database = new Database({ ...address, passwords, appConnections: 6 });
  const { keyRecords: store } = pgVaultStore(database, clock);
  const providers = [1, 2, 3, 4, 5, 6].map(localKey);
  firstStarts = await Promise.allSettled(providers.map((provider) => verifyKey({ provider, origin, store })));
  key = providers[firstStarts.findIndex((start) => start.status === 'fulfilled')]!;
});

afterAll(async () => {
  await database?.close();
  await server?.stop('immediate');
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  vault = createVault({ keyProvider: key, store: pgVaultStore(database, clock), random: systemRandom });
  tenants += 1;
  tenantId = `ten_${tenants}`;
  connectionId = `con_${tenants}`;
  await database.tenant(tenantId, async (tx) => {
    await sql`insert into tenants values (${tenantId}, 'Acme LLC', now())`.execute(tx);
    await addConnection(tx, connectionId);
  });
});

async function addConnection(tx: Tx, id: ConnectionId): Promise<void> {
  await sql`insert into connections values (${id}, ${tenantId}, 'stripe', 'source', ${id}, 'Acme LLC', 'sandbox', null,
    'UTC', 'active', null, now(), now(), now())`.execute(tx);
}

const place = (field = 'api_key') => ({ tenantId, connectionId, field });

function put(field: string, text: string): Promise<void> {
  return database.tenant(tenantId, (tx) => storeCredential(tx, vault, place(field), new Secret(text), clock));
}

async function get(field: string): Promise<string | undefined> {
  const secret = await database.tenant(tenantId, (tx) => loadCredential(tx, vault, place(field)));
  return secret?.reveal();
}

describe('key records on PostgreSQL', () => {
  test('the registered key is known later, another one is refused and nothing is registered', async () => {
    const { keyRecords: store } = pgVaultStore(database, clock);
    expect(await verifyKey({ provider: key, origin, store })).toBe('known');
    await expect(verifyKey({ provider: localKey(7), origin, store })).rejects.toMatchObject({
      code: 'vault.key_wrong',
    });
    expect((await store.list()).map((record) => record.keyId)).toEqual([key.keyId]);
  });

  test('there are none before the first migration', async () => {
    const beforeMigration = <T>(work: (tx: Tx) => Promise<T>) =>
      database.tenant(tenantId, async (tx) => {
        await sql`set local search_path to pg_temp`.execute(tx);
        return work(tx);
      });
    expect(await pgKeyRecords(beforeMigration, clock).list()).toEqual([]);
  });

  test('of first starts at once with different keys one is registered, and the others are refused', async () => {
    expect(firstStarts.map((start) => start.status).sort()).toEqual(['fulfilled', ...Array(5).fill('rejected')]);
    for (const start of firstStarts) {
      if (start.status === 'rejected') expect(start.reason).toMatchObject({ code: 'vault.key_wrong' });
    }
    expect((await pgVaultStore(database, clock).keyRecords.list()).map(({ keyId }) => keyId)).toEqual([key.keyId]);
  });
});

describe('credentials on PostgreSQL', () => {
  test('what was stored is read back, and the later one replaces the earlier one', async () => {
    expect(await get('api_key')).toBeUndefined();
    await put('api_key', canary);
    await put('webhook_secret', 'whsec_sandbox');
    expect([await get('api_key'), await get('webhook_secret')]).toEqual([canary, 'whsec_sandbox']);
    await put('api_key', 'sk_test_newer');
    expect(await get('api_key')).toBe('sk_test_newer');
  });

  test('the tables do not contain the secret in any spelling', async () => {
    await put('api_key', canary);
    const texts = await database.tenant(tenantId, (tx) =>
      rows<{ bytes: Buffer }>(
        tx,
        sql`select ciphertext as bytes from credentials union all select wrapped from data_key_wraps`,
      ),
    );
    expect(texts.length).toBeGreaterThanOrEqual(2);
    for (const { bytes } of texts) expect(bytes.includes(Buffer.from('canary'))).toBe(false);
  });

  test('a tenant, its first credential and its data key can be made in one transaction', async () => {
    const [newTenant, newConnection] = [`ten_new_${tenants}` as const, `con_new_${tenants}` as const];
    const read = await database.tenant(newTenant, async (tx) => {
      await sql`insert into tenants values (${newTenant}, 'Acme LLC', now())`.execute(tx);
      await sql`insert into connections select ${newConnection}, ${newTenant}, 'stripe', 'source', 'acct_1', 'Acme LLC',
        'sandbox', null, 'UTC', 'active', null, now(), now(), now()`.execute(tx);
      const at = { tenantId: newTenant, connectionId: newConnection, field: 'api_key' };
      await storeCredential(tx, vault, at, new Secret(canary), clock);
      return loadCredential(tx, vault, at);
    });
    expect(read?.reveal()).toBe(canary);
  });

  test('after a rolled-back transaction the next credential is stored under a data key that exists', async () => {
    const failing = database.tenant(tenantId, async (tx) => {
      await storeCredential(tx, vault, place(), new Secret(canary), clock);
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    await put('api_key', canary);
    const restarted = createVault({
      keyProvider: key,
      store: pgVaultStore(database, clock),
      random: systemRandom,
    });
    const read = await database.tenant(tenantId, (tx) => loadCredential(tx, restarted, place()));
    expect(read?.reveal()).toBe(canary);
  });

  test('processes that store a tenant’s first credentials at once end with one data key', async () => {
    const fields = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(fields.map((field) => put(field, `${canary} ${field}`)));
    for (const field of fields) expect(await get(field)).toBe(`${canary} ${field}`);
  });

  test('the vault’s own transactions work as well as the caller’s', async () => {
    const sealed = await vault.seal(tenantId, { table: 't', rowId: 'r', field: 'f' }, new Secret(canary));
    const opened = await vault.open(tenantId, { table: 't', rowId: 'r', field: 'f' }, sealed);
    expect(opened.reveal()).toBe(canary);
  });

  test('the inbox role opens what it may read with the data keys that it may read', async () => {
    const endpointPlace = { table: 'endpoint_secrets', rowId: 'whk_1', field: 'current' };
    const sealed = await vault.seal(tenantId, endpointPlace, new Secret('whsec_sandbox'));
    const opened = await database.inbox((tx) => vault.open(tenantId, endpointPlace, sealed, dataKeyReaderIn(tx)));
    expect(opened.reveal()).toBe('whsec_sandbox');
  });

  test('another tenant neither reads nor overwrites it', async () => {
    await put('api_key', canary);
    const stranger: TenantId = 'ten_stranger';
    await database.tenant(stranger, (tx) =>
      sql`insert into tenants values (${stranger}, 'Acme LLC', now()) on conflict do nothing`.execute(tx),
    );
    expect(await database.tenant(stranger, (tx) => loadCredential(tx, vault, place()))).toBeNull();
    for (const as of [stranger, tenantId]) {
      const write = database.tenant(stranger, (tx) =>
        storeCredential(tx, vault, { ...place(), tenantId: as }, new Secret('sk_test_theirs'), clock),
      );
      await expect(write).rejects.toThrow();
    }
    expect(await get('api_key')).toBe(canary);
  });

  test('a ciphertext copied to another connection is refused', async () => {
    await put('api_key', canary);
    const other: ConnectionId = `con_other_${tenants}`;
    await database.tenant(tenantId, async (tx) => {
      await addConnection(tx, other);
      await sql`insert into credentials select tenant_id, ${other}, field, ciphertext, key_version, updated_at
        from credentials where connection_id = ${connectionId}`.execute(tx);
    });
    const read = database.tenant(tenantId, (tx) => loadCredential(tx, vault, { ...place(), connectionId: other }));
    await expect(read).rejects.toMatchObject({ code: 'vault.misplaced' });
  });

  test('a secret of a connection that does not exist is not stored', async () => {
    const write = database.tenant(tenantId, (tx) =>
      storeCredential(tx, vault, { ...place(), connectionId: 'con_none' }, new Secret(canary), clock),
    );
    await expect(write).rejects.toMatchObject({ code: 'connection.not_found' });
  });

  test('deleting erases one or all', async () => {
    for (const field of ['a', 'b', 'c']) await put(field, canary);
    await database.tenant(tenantId, (tx) => deleteCredential(tx, place('a')));
    expect([await get('a'), await get('b')]).toEqual([undefined, canary]);
    expect(await database.tenant(tenantId, (tx) => deleteCredentials(tx, { tenantId, connectionId }))).toBe(2);
    expect([await get('b'), await get('c')]).toEqual([undefined, undefined]);
  });
});
