import { afterEach, expect, test } from 'vitest';
import { listConnections } from '../../../hub/connections/index.ts';
import { isCounterfoilError } from '../../../kernel/errors.ts';
import { seededRandom, systemRandom } from '../../../kernel/random.ts';
import { sql } from '../../../platform/store/index.ts';
import { loadCredential, localKeyProvider } from '../../../platform/vault/index.ts';
import { toKey } from '../../../platform/vault/master-key.ts';
import { type CliHub, connectedBooks, LENIENT } from '../fixtures/hub-doors.ts';

let books: CliHub;
afterEach(() => books.hub.close());

const nextKey = localKeyProvider(toKey(seededRandom(2).bytes(32)), systemRandom);

async function opened(): Promise<string[]> {
  const { test: made, doors } = books.hub;
  return made.database.tenant(made.tenantId, async (tx) => {
    const texts: string[] = [];
    for (const { id, tenantId } of (await listConnections(tx)).filter(({ accountId }) => accountId !== 'acct_test')) {
      const read = loadCredential(tx, doors.vault, { tenantId, connectionId: id, field: 'token' });
      const secret = await read.catch((error) => error);
      texts.push(isCounterfoilError(secret) ? secret.code : secret.reveal());
    }
    return texts;
  });
}

test('status, rotation to a given key, retirement: with what to do next', async () => {
  books = await connectedBooks(LENIENT, { nextKey });
  const before = await opened();
  const rotated = await books.run('keys rotate');
  expect(rotated.exit).toBe(0);
  expect(rotated.out).toContain(`${nextKey.keyId} opens everything now, and the old key still does.`);
  expect(rotated.out).toContain('counterfoil keys rotate --retire');
  const both = (await books.run('keys status --json')).json();
  expect(both.keys.map(({ role, dataKeys }: { role: string; dataKeys: number }) => [role, dataKeys])).toEqual([
    ['in_use', 1],
    ['next', 1],
  ]);
  expect((await books.run('keys status')).out).toContain('Several keys are valid.');

  const retired = await books.run('keys rotate --retire --json');
  expect(retired.json()).toMatchObject({ retiredAllBut: nextKey.keyId, rotation: null });
  const after = (await books.run('keys status --json')).json();
  expect(after.keys[0]).toMatchObject({ role: 'retired', dataKeys: 0, retiredAt: expect.stringMatching(/Z$/) });
  expect(await opened()).not.toEqual(before);
});

test('new data keys for everything, with a bar on a terminal and JSON for programs', async () => {
  books = await connectedBooks(LENIENT);
  const before = await opened();
  const { exit, out, err } = await books.run('keys rotate --dek', { isTTY: true });
  expect(exit).toBe(0);
  expect(out).toMatch(/Rotation of the data keys of \d{4}-\d\d-\d\d: finished, (\d+) of \1/);
  expect(err).toContain('Sealing anew [########################]');
  expect(await opened()).toEqual(before);
  const versions = await books.query(sql<{ version: number }>`
    select key_version as version from credentials union select key_version from endpoint_secrets order by 1`);
  expect(versions).toEqual([{ version: 2 }]);
  const again = (await books.run('keys rotate --dek --json')).json();
  expect(again.rotation).toMatchObject({ kind: 'data_keys', unreadable: 0, finishedAt: expect.stringMatching(/Z$/) });
});

test('a key of the environment without a next one is refused with the setting that is missing', async () => {
  books = await connectedBooks(LENIENT);
  const { exit, err } = await books.run('keys rotate');
  expect(exit).toBe(2);
  expect(err).toContain('COUNTERFOIL_NEXT_MASTER_KEY');
  expect(err).toContain('Nothing was changed');
});

test.each([
  ['keys rotate --kek --dek', '--kek and --dek are two rotations'],
  ['keys rotate --dek --retire', '--retire ends key-encryption keys'],
  ['keys shred', '--tenant'],
])('%s is refused', async (line, said) => {
  books = await connectedBooks(LENIENT);
  const { exit, err } = await books.run(line);
  expect([exit, err.includes(said)]).toEqual([2, true]);
});

test('a tenant is shredded only by its name and --yes, and then for ever', async () => {
  books = await connectedBooks(LENIENT);
  const other = await books.run(['keys', 'shred', '--tenant', 'Nobody', '--yes']);
  expect([other.exit, other.err.includes('There is no tenant Nobody here')]).toEqual([2, true]);
  const estimate = await books.run(['keys', 'shred', '--tenant', 'Acme LLC', '--json']);
  expect(estimate.json()).toMatchObject({ shredded: false, dataKeys: 1 });
  expect((await opened()).some((text) => text.startsWith('vault.'))).toBe(false);

  const records = sql<{ count: number }>`select count(*)::integer as count from connections`;
  const [before] = await books.query(records);
  const done = await books.run(['keys', 'shred', '--tenant', 'Acme LLC', '--yes', '--reason', 'closed']);
  expect(done.exit).toBe(0);
  expect(done.out).toContain('cannot be read ever again');
  expect(new Set(await opened())).toEqual(new Set(['vault.shredded']));
  expect(await books.query(records)).toEqual([before]);
  expect(await books.query(sql`select 1 from data_key_wraps`)).toEqual([]);
  const states = await books.query(sql<{ state: string }>`select distinct state from connections order by 1`);
  expect(states.map(({ state }) => state)).toEqual(['disconnected', 'needs_reconnect']);
  const events = await books.query(
    sql<{ detail: string }>`select detail from security_events where kind = 'vault.shredded'`,
  );
  expect(events.map(({ detail }) => JSON.parse(detail).reason)).toEqual(['closed']);
  const rotated = await books.run('keys rotate --dek');
  expect(rotated.exit).toBe(0);
  expect(new Set(await opened())).toEqual(new Set(['vault.shredded']));
});
