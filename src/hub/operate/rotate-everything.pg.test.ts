import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import type { UserId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { loadCredential, storeCredential, type Vault } from '../../platform/vault/index.ts';
import { type KeyedRequest, pgIdempotencyStore } from '../access/index.ts';
import { pgSecondFactorStore } from '../access/second-factors.pg.ts';
import { CLI_ACTOR } from '../audit/index.ts';
import { type Authorisation, addAppEndpoint, pgAuthorisationStore } from '../connections/index.ts';
import { SEALED_TABLES } from './sealed-tables.ts';
import { estimateShred, shredTenant } from './shred-tenant.ts';

const quiet = { kind: 'data_keys', signal: new AbortController().signal, onProgress: () => {} } as const;
const USER: UserId = 'usr_0';
const SEED = 'JBSWY3DPEHPK3PXP';
const ANSWER = { status: 200, body: '{"secret":"shown once"}' };

let hub: TestHub;
let authorisation: Authorisation;
let request: KeyedRequest;
beforeAll(async () => {
  hub = await testHub();
  await fill();
});
afterAll(() => hub.close());

const person = () => ({ id: USER, homeTenantId: hub.test.tenantId, email: 'olive@example.com', name: 'Olive Owner' });
const stores = () => ({ ...hub.doors, database: hub.test.database });

/** One value in each table that is sealed. */
async function fill(): Promise<void> {
  const { doors, oauth, test: made } = hub;
  const { tenantId, connectionId, database } = made;
  const now = doors.clock.now();
  await database.tenant(tenantId, (tx) =>
    storeCredential(tx, doors.vault, { tenantId, connectionId, field: 'token' }, new Secret('a token'), doors.clock),
  );
  await addAppEndpoint(doors, tenantId, 'quickbooks', new Secret('a webhook secret'));
  const id = doors.makeId('oaf');
  const added = await oauth.authorisations.add(
    {
      id,
      tenantId,
      provider: 'quickbooks',
      environment: 'sandbox',
      place: 'terminal',
      actor: CLI_ACTOR,
      stateHash: Buffer.from('state'),
      bindingHash: Buffer.from('binding'),
      connectionId: null,
      redirectUri: 'https://example.com/',
      returnTo: null,
      since: now,
      clientId: 'an app',
      baseUrl: null,
      verifier: new Secret('a verifier'),
      expiresAt: now + 600_000,
    },
    now,
  );
  expect(added).toBe(true);
  authorisation = (await oauth.authorisations.find(tenantId, id))!;
  expect(await oauth.authorisations.handOver(authorisation, new Secret('code=an+answer'), now)).toBe(true);
  await asOwner(made.owner, (tx) =>
    sql`insert into users (id, tenant_id, email, name, password_hash, password_at, created_at)
      values (${USER}, ${tenantId}, 'olive@example.com', 'Olive Owner', '', now(), now())`.execute(tx),
  );
  expect(await pgSecondFactorStore(stores()).begin(person(), new Secret(SEED), now)).toBe(true);
  request = { tenantId, principal: `user:${USER}`, key: 'a key', fingerprint: 'of a body' };
  await pgIdempotencyStore(stores()).begin(request);
  await pgIdempotencyStore(stores()).finish(request, ANSWER);
}

async function versions(): Promise<Readonly<Record<string, readonly number[]>>> {
  const found = await asOwner(hub.test.owner, (tx) =>
    Promise.all(
      SEALED_TABLES.map(async ({ table }) => [
        table,
        (
          await rows(
            tx,
            sql<{ version: number }>`select distinct key_version as version from ${sql.table(table)} order by 1`,
          )
        ).map(({ version }) => version),
      ]),
    ),
  );
  return Object.fromEntries(found);
}

const dataKeys = () =>
  asOwner(hub.test.owner, (tx) =>
    rows(tx, sql<{ version: number }>`select version from data_keys where tenant_id = ${hub.test.tenantId} order by 1`),
  );
const all = (version: number) => Object.fromEntries(SEALED_TABLES.map(({ table }) => [table, [version]]));

/** A vault under which the data keys are replaced between the reading of a value and its opening, once. */
function rotatingBeforeOpening(): Vault {
  const { vault } = hub.doors;
  let rotated = false;
  return {
    ...vault,
    open: async (...given) => {
      if (!rotated) await hub.keys.rotate(quiet);
      rotated = true;
      return vault.open(...given);
    },
  };
}

describe('data keys', () => {
  test('may be replaced between the reading of a value and its opening', async () => {
    const seeds = pgSecondFactorStore({ ...stores(), vault: rotatingBeforeOpening() });
    expect((await seeds.seed(person(), false))?.reveal()).toBe(SEED);
    const authorisations = pgAuthorisationStore(hub.test.database, { ...hub.doors, vault: rotatingBeforeOpening() });
    expect((await authorisations.handedOver(authorisation))?.reveal()).toBe('code=an+answer');
  });

  test('are replaced under every sealed value, by the role that may write it, and all of them still open', async () => {
    expect(await versions()).toEqual(all(3));
    const { rotation } = await hub.keys.rotate(quiet);
    expect(rotation).toMatchObject({ total: 6, done: 6, unreadable: 0 });
    expect(await versions()).toEqual(all(4));
    expect(await dataKeys()).toEqual([{ version: 4 }]);
    const { tenantId, connectionId, database } = hub.test;
    const token = await database.tenant(tenantId, (tx) =>
      loadCredential(tx, hub.doors.vault, { tenantId, connectionId, field: 'token' }),
    );
    expect(token?.reveal()).toBe('a token');
    expect((await pgSecondFactorStore(stores()).seed(person(), false))?.reveal()).toBe(SEED);
    expect(await pgIdempotencyStore(stores()).begin(request)).toEqual({ kind: 'done', answer: ANSWER });
    expect((await hub.oauth.authorisations.handedOver(authorisation))?.reveal()).toBe('code=an+answer');
    expect((await hub.oauth.authorisations.take(authorisation, authorisation.expiresAt - 1))?.verifier?.reveal()).toBe(
      'a verifier',
    );
  });

  test('nothing is left of what was sealed for an authorisation that was taken', async () => {
    expect(await hub.oauth.authorisations.handedOver(authorisation)).toBeNull();
    expect((await versions())['oauth_flow_secrets']).toEqual([]);
  });

  test('a data key that only a second factor needs is kept', async () => {
    await asOwner(hub.test.owner, (tx) =>
      sql`update totp_seeds set ciphertext = set_byte(ciphertext, length(ciphertext) - 1, 255 - get_byte(ciphertext, length(ciphertext) - 1))`.execute(
        tx,
      ),
    );
    expect((await hub.keys.rotate(quiet)).rotation).toMatchObject({ unreadable: 1 });
    expect(await dataKeys()).toEqual([{ version: 4 }, { version: 5 }]);
    expect((await versions())['totp_seeds']).toEqual([4]);
  });

  test('a shredding counts and ends all of them', async () => {
    const { tenantId } = hub.test;
    expect(await estimateShred(hub.doors, tenantId)).toEqual({ dataKeys: 2, values: 4 });
    expect(await shredTenant(hub.doors, { tenantId, reason: 'a test' })).toMatchObject({ dataKeys: 2, values: 4 });
    const shredded = { code: 'vault.shredded' };
    await expect(pgSecondFactorStore(stores()).seed(person(), false)).rejects.toMatchObject(shredded);
    // Sealing begins anew; the kept answer is gone for ever.
    await expect(pgIdempotencyStore(stores()).begin(request)).rejects.toMatchObject(shredded);
  });
});
