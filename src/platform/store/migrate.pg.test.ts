import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { asAdmin, TEST_PASSWORDS } from '../../../test/support/test-server.ts';
import { asOwner, Database, migrate, migrationStatus, type OwnerAddress, rows, sql } from './index.ts';

const made: string[] = [];

/** A database in which nothing was ever done. */
async function empty(): Promise<OwnerAddress> {
  const server = inject('postgres');
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, 'postgres', `create database ${name}`);
  made.push(name);
  return { ...server, database: name };
}

afterEach(async () => {
  for (const name of made.splice(0))
    await asAdmin(inject('postgres'), 'postgres', `drop database ${name} with (force)`);
});

const tablesOf = async (owner: OwnerAddress) =>
  (
    await asOwner(owner, (tx) =>
      rows(tx, sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public' order by 1`),
    )
  ).map(({ name }) => name);

describe('migrations', () => {
  test('run twice change nothing the second time', async () => {
    const owner = await empty();
    const first = await migrate(owner, TEST_PASSWORDS);
    expect(first.length).toBeGreaterThan(0);
    const tables = await tablesOf(owner);
    expect(await migrate(owner, TEST_PASSWORDS)).toEqual([]);
    expect(await tablesOf(owner)).toEqual(tables);
    const status = await migrationStatus(owner);
    expect(status.map(({ name }) => name)).toEqual(first);
    expect(status.every(({ appliedAt }) => appliedAt !== null)).toBe(true);
  });

  test('run by several at once are each applied once', async () => {
    const owner = await empty();
    const applied = await Promise.all(Array.from({ length: 3 }, () => migrate(owner, TEST_PASSWORDS)));
    const names = (await migrationStatus(owner)).map(({ name }) => name);
    expect(applied.flat().sort()).toEqual([...names].sort());
  });

  test('refuse a schema of a later release and change nothing', async () => {
    const owner = await empty();
    await migrate(owner, TEST_PASSWORDS);
    await asOwner(owner, (tx) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2030-01-01T00:00:00Z')`.execute(
        tx,
      ),
    );
    const tables = await tablesOf(owner);
    const wrong = { ...TEST_PASSWORDS, app: 'another-password' };
    await expect(migrate(owner, wrong)).rejects.toMatchObject({
      code: 'store.schema_newer',
      message: expect.stringContaining('9999_from_the_future'),
    });
    expect(await tablesOf(owner)).toEqual(tables);
    // The password was not changed either: the later release beside us still gets in.
    const database = new Database({ ...owner, ssl: false, passwords: TEST_PASSWORDS, appConnections: 1 });
    expect(await database.engine((tx) => rows(tx, sql`select 1 as one`))).toEqual([{ one: 1 }]);
    await database.close();
  });

  test('that fail half-way are rolled back, and go through after the cause is gone', async () => {
    const owner = await empty();
    await asOwner(owner, (tx) => sql`create table postings (in_the_way text)`.execute(tx));
    await expect(migrate(owner, TEST_PASSWORDS)).rejects.toMatchObject({
      code: 'store.migration_failed',
      message: expect.stringContaining('0004_posting'),
    });
    const left = (await tablesOf(owner)).filter((name) => !name.startsWith('kysely_'));
    expect(left).toEqual(['postings']);
    await asOwner(owner, (tx) => sql`drop table postings`.execute(tx));
    expect((await migrate(owner, TEST_PASSWORDS)).length).toBeGreaterThan(0);
  });
});
