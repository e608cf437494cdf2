import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { asAdmin } from '../../../test/support/test-server.ts';
import { asOwner, rows, sql, type Tx } from './index.ts';

let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made.close());

const backend = async (tx: Tx) => (await rows(tx, sql<{ pid: number }>`select pg_backend_pid() as pid`))[0]!.pid;
const kill = (pid: number) => asAdmin(made.owner, 'postgres', `select pg_terminate_backend(${pid})`);
const nameOf = async (tx: Tx) => (await rows(tx, sql<{ name: string }>`select name from tenants`))[0]?.name;

describe('a deadlock', () => {
  test('is no error for the caller: the transaction that lost is run again', async () => {
    const { database } = made;
    await database.engine((tx) =>
      sql`insert into breakers (key, failures, updated_at) values ('a', 0, now()), ('b', 0, now())`.execute(tx),
    );
    const bump = (tx: Tx, key: string) =>
      sql`update breakers set failures = failures + 1 where key = ${key}`.execute(tx);
    let runs = 0;
    const waiting = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const both = [
      ['a', 'b'],
      ['b', 'a'],
    ].map(([first, second], index) =>
      database.engine(async (tx) => {
        runs += 1;
        await bump(tx, first!);
        waiting[index]!.resolve();
        await waiting[1 - index]!.promise;
        await bump(tx, second!);
      }),
    );
    await Promise.all(both);
    expect(runs).toBeGreaterThan(2);
    const found = await database.engine((tx) =>
      rows(tx, sql<{ failures: number }>`select failures from breakers where key in ('a', 'b') order by key`),
    );
    expect(found).toEqual([{ failures: 2 }, { failures: 2 }]);
  });

  test('that comes again and again is told in the end', async () => {
    let runs = 0;
    const always = made.database.engine(async () => {
      runs += 1;
      throw Object.assign(new Error('could not serialize access'), { code: '40001' });
    });
    await expect(always).rejects.toMatchObject({ code: '40001' });
    expect(runs).toBe(4);
  });
});

describe('a database that goes away', () => {
  test('between two statements is store.unavailable, and nothing of the transaction is left', async () => {
    const { database, tenantId } = made;
    const before = await database.tenant(tenantId, nameOf);
    const broken = database.tenant(tenantId, async (tx) => {
      await sql`update tenants set name = 'half'`.execute(tx);
      await kill(await backend(tx));
      await sql`update tenants set name = 'whole'`.execute(tx);
    });
    await expect(broken).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await database.tenant(tenantId, nameOf)).toBe(before);
  });

  test('before the commit is store.unavailable, and nothing of the transaction is left', async () => {
    const { database, tenantId } = made;
    const before = await database.tenant(tenantId, nameOf);
    const broken = database.tenant(tenantId, async (tx) => {
      await sql`update tenants set name = 'half'`.execute(tx);
      await kill(await backend(tx));
    });
    await expect(broken).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await database.tenant(tenantId, nameOf)).toBe(before);
  });

  test('while the work fails for a reason of its own is store.unavailable: what the work met there was no news', async () => {
    const broken = made.database.tenant(made.tenantId, async (tx) => {
      await kill(await backend(tx));
      throw new Error('a reason of its own');
    });
    await expect(broken).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  test('under all idle connections is noticed by nobody', async () => {
    const { database, tenantId, owner } = made;
    await Promise.all(Array.from({ length: 8 }, () => database.tenant(tenantId, nameOf)));
    await asOwner(owner, (tx) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'counterfoil %' and pid <> pg_backend_pid() and datname = current_database() and usename <> current_user`.execute(
        tx,
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => database.tenant(tenantId, nameOf)));
    for (const one of answers)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'store.unavailable' });
    expect(await database.tenant(tenantId, nameOf)).toBe('Acme LLC');
  });

  test('and does not let anybody in is store.unavailable', async () => {
    const other = await testDatabase();
    const name = other.owner.database;
    await asAdmin(other.owner, 'postgres', `alter database ${name} connection limit 0`);
    await asAdmin(
      other.owner,
      'postgres',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    await expect(other.database.tenant(other.tenantId, nameOf)).rejects.toMatchObject({ code: 'store.unavailable' });
    await asAdmin(other.owner, 'postgres', `alter database ${name} connection limit -1`);
    expect(await other.database.tenant(other.tenantId, nameOf)).toBe('Acme LLC');
    await other.close();
  });
});

test('a statement that is wrong stays a statement that is wrong', async () => {
  const wrong = made.database.tenant(made.tenantId, (tx) => sql`select nothing from nowhere`.execute(tx));
  await expect(wrong).rejects.toMatchObject({ code: '42P01' });
});

describe('the balance of an entry', () => {
  const WHEN = '2026-11-01T00:00:00Z';
  const line = (tx: Tx, posting: string, n: number, minor: number, currency = 'USD') =>
    sql`insert into posting_lines (tenant_id, posting_id, line, role, amount_minor, currency) values (${made.tenantId}, ${posting}, ${n}, 'CLR:USD', ${minor}, ${currency})`.execute(
      tx,
    );
  const write = (work: (tx: Tx) => Promise<unknown>) => made.database.tenant(made.tenantId, work);
  const unbalanced = { constraint: 'posting_lines_balance' };

  beforeAll(async () => {
    await write(async (tx) => {
      await sql`insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, created_at) values ('pai_1', ${made.tenantId}, ${made.connectionId}, ${made.connectionId}, '{}', ${WHEN})`.execute(
        tx,
      );
      await sql`insert into facts (id, tenant_id, connection_id, stream, external_id, kind, object_id, occurred_at, refs, body, body_sha256, state, updated_at) values ('fct_1', ${made.tenantId}, ${made.connectionId}, 's', 'x', 'charge', 'x', ${WHEN}, '{}', '{}', '', 'new', ${WHEN})`.execute(
        tx,
      );
      for (const id of ['pst_a', 'pst_b'])
        await sql`
          insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, recipe, kind, state, occurred_on, currency, total_minor, document, number, settings_version, not_before, planned_at)
          values (${id}, ${made.tenantId}, 'pai_1', ${made.connectionId}, ${made.connectionId}, 'fct_1', 'receipt', 'S1', 'sales_receipt', 'planned', '2026-11-01', 'USD', 100, '{}', ${id}, 1, ${WHEN}, ${WHEN})`.execute(
          tx,
        );
      for (const id of ['pst_a', 'pst_b']) {
        await line(tx, id, 0, 100);
        await line(tx, id, 1, -100);
      }
    });
  });

  test('is proved at the commit, by currency, for each way to change a line', async () => {
    await expect(write((tx) => line(tx, 'pst_a', 2, 1))).rejects.toMatchObject(unbalanced);
    await expect(
      write((tx) =>
        sql`update posting_lines set amount_minor = 101 where posting_id = 'pst_a' and line = 0`.execute(tx),
      ),
    ).rejects.toMatchObject(unbalanced);
    await expect(
      write((tx) => sql`update posting_lines set currency = 'EUR' where posting_id = 'pst_a' and line = 0`.execute(tx)),
    ).rejects.toMatchObject(unbalanced);
    await expect(
      write(async (tx) => {
        await line(tx, 'pst_a', 2, 5, 'USD');
        await line(tx, 'pst_a', 3, -5, 'EUR');
      }),
    ).rejects.toMatchObject(unbalanced);
  });

  test('may be broken inside a transaction that mends it', async () => {
    await write(async (tx) => {
      await sql`update posting_lines set amount_minor = 70 where posting_id = 'pst_a' and line = 0`.execute(tx);
      await line(tx, 'pst_a', 2, 30);
    });
  });

  test('is proved of the entry that a line left as well as of the one it came to', async () => {
    await expect(
      write(async (tx) => {
        await sql`update posting_lines set posting_id = 'pst_b', line = 9 where posting_id = 'pst_a' and line = 1`.execute(
          tx,
        );
        await line(tx, 'pst_b', 10, 100);
      }),
    ).rejects.toMatchObject(unbalanced);
  });
});
