import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type KmsServer, kmsServer } from '../../test/support/kms-server.ts';
import { type TransitServer, transitServer } from '../../test/support/transit-server.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/random.ts';
import { Secret } from '../kernel/secret.ts';
import { type Environment, readConfig } from '../platform/config/index.ts';
import { sql } from '../platform/store/index.ts';
import { silentLog } from '../platform/telemetry/index.ts';
import { loadCredential, storeCredential } from '../platform/vault/index.ts';
import { type Installation, openInstallation } from './installation.ts';

const PASSPHRASE = 'sandbox words that nobody else would put together';
const OTHER_PASSPHRASE = 'sandbox words that somebody else has put together';
const quiet = { signal: new AbortController().signal, onProgress: () => {} };

let dataDir: string;
let kms: KmsServer;
let transit: TransitServer;
let arn: string;
const open = new Set<Installation>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cf-keys-'));
  [kms, transit] = await Promise.all([kmsServer(), transitServer()]);
  arn = kms.addKey();
  transit.addKey('counterfoil');
});
afterEach(async () => {
  for (const one of [...open].reverse()) await one.close();
  open.clear();
});
afterAll(async () => {
  await Promise.all([kms.close(), transit.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function start(environment: Environment = {}, mode: 'own' | 'beside' = 'own'): Promise<Installation> {
  const config = readConfig({ COUNTERFOIL_DATA_DIR: dataDir, ...environment });
  const made = await openInstallation({ config, log: silentLog, clock: systemClock, random: systemRandom, mode });
  open.add(made);
  return made;
}

const kmsSettings = () => ({
  COUNTERFOIL_AWS_KMS_ENDPOINT: kms.url,
  COUNTERFOIL_AWS_ACCESS_KEY_ID: kms.accessKeyId,
  COUNTERFOIL_AWS_SECRET_ACCESS_KEY: kms.secretAccessKey,
});
const transitSettings = () => ({
  COUNTERFOIL_TRANSIT_URL: transit.url,
  COUNTERFOIL_TRANSIT_TOKEN: transit.token,
});

const place = { connectionId: 'con_1', field: 'token' } as const;

async function read({ doors, tenant }: Installation): Promise<string | undefined> {
  const { id: tenantId } = await tenant();
  const secret = await doors.database.tenant(tenantId, (tx) => loadCredential(tx, doors.vault, { tenantId, ...place }));
  return secret?.reveal();
}

async function rotate({ keys }: Installation): Promise<string> {
  const { rotation } = await keys.rotate({ kind: 'key_encryption_key', ...quiet });
  expect(rotation).toMatchObject({ unreadable: 0, finishedAt: expect.any(Number) });
  return keys.retireOld();
}

test('a key file gives way to a new one while the server runs, which finds it by itself', async () => {
  const server = await start();
  const { doors } = server;
  const { id: tenantId } = await server.tenant();
  await doors.database.tenant(tenantId, async (tx) => {
    await sql`insert into connections values ('con_1', ${tenantId}, 'stripe', 'source', 'acct_1', 'Acme LLC', 'sandbox',
      null, 'UTC', 'active', null, now(), now(), now())`.execute(tx);
    await storeCredential(tx, doors.vault, { tenantId, ...place }, new Secret('sandbox token'), systemClock);
  });
  const [first] = (await server.keys.status()).keys;
  const oldText = await readFile(join(dataDir, 'master.key'), 'utf8');

  const person = await start({}, 'beside');
  const left = await rotate(person);
  expect(left).not.toBe(first!.keyId);
  expect(await read(server)).toBe('sandbox token');
  const another = { tenantId, connectionId: 'con_1', field: 'another' } as const;
  await doors.database.tenant(tenantId, (tx) =>
    storeCredential(tx, doors.vault, another, new Secret('sandbox'), systemClock),
  );
  expect(await readFile(join(dataDir, `master.key.${first!.keyId}`), 'utf8')).toBe(oldText);
  expect((await readdir(dataDir)).filter((name) => name.endsWith('.next'))).toEqual([]);
});

test('the new file is enough after a restart', async () => {
  const server = await start();
  expect(await read(server)).toBe('sandbox token');
  expect((await server.keys.status()).dataKeys).toMatchObject({ live: 1, notWrapped: 0 });
});

test('a retirement that was cut short before its file was in place is finished by the next rotation', async () => {
  const path = join(dataDir, 'master.key');
  const [old] = (await readdir(dataDir)).filter((name) => name.startsWith('master.key.local-'));
  await rename(path, `${path}.next`);
  await rename(join(dataDir, old!), path);
  const server = await start();
  expect(await read(server)).toBe('sandbox token');
  const [before] = (await server.keys.status()).keys.filter(({ role }) => role === 'in_use');
  expect(await rotate(server)).not.toBe(before!.keyId);
  expect(await read(server)).toBe('sandbox token');
  const files = (await readdir(dataDir)).filter((name) => name.startsWith('master.key'));
  expect(files.sort()).toEqual(['master.key', `master.key.${before!.keyId}`, old].sort());
});

test('a tenant that is new after the retirement gets its data key from the server that was there before', async () => {
  const server = await start();
  await rotate(await start({}, 'beside'));
  const tenantId = 'ten_new' as const;
  const { database, vault } = server.doors;
  const sealed = await database
    .tenant(tenantId, (tx) => sql`insert into tenants values (${tenantId}, 'Acme LLC', now())`.execute(tx))
    .then(() => vault.seal(tenantId, { table: 't', rowId: 'r', field: 'f' }, new Secret('sandbox')));
  expect((await vault.open(tenantId, { table: 't', rowId: 'r', field: 'f' }, sealed)).reveal()).toBe('sandbox');
});

test('a process with only the new key is refused while the rotation is not finished, and told what to do', async () => {
  const next = { COUNTERFOIL_NEXT_KEY_PROVIDER: 'aws-kms', COUNTERFOIL_NEXT_AWS_KMS_KEY: arn, ...kmsSettings() };
  const server = await start(next);
  const cut = { signal: AbortSignal.abort(), onProgress: () => {} };
  const { rotation } = await server.keys.rotate({ kind: 'key_encryption_key', ...cut });
  expect(rotation).toMatchObject({ done: 0, finishedAt: null });
  await server.close();
  open.clear();
  const onlyNew = { COUNTERFOIL_KEY_PROVIDER: 'aws-kms', COUNTERFOIL_AWS_KMS_KEY: arn, ...kmsSettings() };
  await expect(start(onlyNew)).rejects.toMatchObject({
    code: 'vault.key_wrong',
    message: expect.stringMatching(/2 data keys need key local-\w+: a rotation was not finished/),
  });
});

test('from the file to AWS KMS, going on with what was begun', async () => {
  const next = { COUNTERFOIL_NEXT_KEY_PROVIDER: 'aws-kms', COUNTERFOIL_NEXT_AWS_KMS_KEY: arn, ...kmsSettings() };
  const server = await start(next);
  expect(await rotate(server)).toBe(`aws-kms:${arn}`);
  expect(await read(server)).toBe('sandbox token');
});

test('the file is refused from then on, by name and with the day', async () => {
  await expect(start()).rejects.toMatchObject({
    code: 'vault.key_wrong',
    message: expect.stringMatching(
      /need key aws-kms:.* is local-\w+, which was retired on \d{4}-\d\d-\d\d.*Nothing was changed/,
    ),
  });
});

test('from AWS KMS to a transit engine', async () => {
  const server = await start({
    COUNTERFOIL_KEY_PROVIDER: 'aws-kms',
    COUNTERFOIL_AWS_KMS_KEY: arn,
    COUNTERFOIL_NEXT_KEY_PROVIDER: 'vault-transit',
    COUNTERFOIL_NEXT_TRANSIT_KEY: 'counterfoil',
    ...kmsSettings(),
    ...transitSettings(),
  });
  expect(await read(server)).toBe('sandbox token');
  await rotate(server);
  kms.disable(arn);
  expect(await read(server)).toBe('sandbox token');
});

const onTransit = () => ({
  COUNTERFOIL_KEY_PROVIDER: 'vault-transit',
  COUNTERFOIL_TRANSIT_KEY: 'counterfoil',
  ...transitSettings(),
});

test('a transit engine without a next key wraps anew with its newest version', async () => {
  transit.rotate('counterfoil');
  const server = await start(onTransit());
  expect(await rotate(server)).toContain('/transit/counterfoil');
  transit.allowFrom('counterfoil', 2);
  await server.close();
  open.clear();
  expect(await read(await start(onTransit()))).toBe('sandbox token');
});

test('from the transit engine to a passphrase, which opens after a restart', async () => {
  await rotate(
    await start({
      ...onTransit(),
      COUNTERFOIL_NEXT_KEY_PROVIDER: 'passphrase',
      COUNTERFOIL_NEXT_PASSPHRASE: PASSPHRASE,
    }),
  );
  for (const one of open) await one.close();
  open.clear();
  const server = await start({ COUNTERFOIL_KEY_PROVIDER: 'passphrase', COUNTERFOIL_PASSPHRASE: PASSPHRASE });
  expect(await read(server)).toBe('sandbox token');
  await server.keys.tryKeys();
});

test('another passphrase is refused and changes nothing', async () => {
  const settings = { COUNTERFOIL_KEY_PROVIDER: 'passphrase', COUNTERFOIL_PASSPHRASE: OTHER_PASSPHRASE };
  const error = await start(settings).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'vault.key_wrong', message: expect.stringContaining('COUNTERFOIL_PASSPHRASE') });
  expect(error.message).not.toContain(OTHER_PASSPHRASE);
});

test('a lost key file over existing data is told with the key that is needed, and none is made', async () => {
  await rm(join(dataDir, 'master.key'));
  await expect(start()).rejects.toMatchObject({
    code: 'vault.key_missing',
    message: expect.stringMatching(/need key passphrase-\w+, which was not found.*No new key was made/),
  });
});
