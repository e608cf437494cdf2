import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { SEALED_TABLES } from './sealed-tables.ts';

let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made.close());

test('every table with a ciphertext is reached by rotation and shredding, and its key columns tell rows apart', async () => {
  const found = await asOwner(made.owner, (tx) =>
    rows<{ name: string; keys: string[] }>(
      tx,
      sql`select c.table_name::text as name, array(select a.attname::text from pg_index i
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
          where i.indrelid = format('%I', c.table_name)::regclass and i.indisprimary and a.attname <> 'tenant_id' order by a.attname) as keys
        from information_schema.columns c
        where c.table_schema = 'public' and c.column_name = 'ciphertext' order by 1`,
    ),
  );
  expect(found).toEqual(
    [...SEALED_TABLES]
      .sort((a, b) => (a.table < b.table ? -1 : 1))
      .map(({ table, key }) => ({ name: table, keys: [...key].sort() })),
  );
});
