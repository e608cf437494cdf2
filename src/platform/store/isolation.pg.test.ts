import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { asOwner, ROLES, rows, sql, type Tx } from './index.ts';

const OTHER = 'ten_other' as TenantId;
const WHEN = '2026-11-01T00:00:00Z';

/**
 * Tables that hold nothing of any tenant: the migrator's own, keys of the installation, budgets and breakers, and what a
 * person proves themselves with, who may belong to several tenants.
 */
const OF_NO_TENANT = [
  'breakers',
  'guesses',
  'key_rotations',
  'kysely_migration',
  'kysely_migration_lock',
  'one_time_codes',
  'rate_budgets',
  'recovery_codes',
  'sessions',
  'vault_keys',
];

let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
  await made.database.tenant(OTHER, (tx) => insertTenant(tx, OTHER, 'con_other'));
});
afterAll(() => made.close());

const asked = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.owner, (tx) => rows<R>(tx, statement));

async function insertTenant(tx: Tx, tenantId: string, connectionId: string): Promise<void> {
  await sql`insert into tenants (id, name, created_at) values (${tenantId}, 'Other LLC', ${WHEN})`.execute(tx);
  await insertConnection(tx, tenantId, connectionId);
}

const insertConnection = (tx: Tx, tenantId: string, id: string) =>
  sql`
    insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
    values (${id}, ${tenantId}, 'stripe', 'source', ${id}, 'Other LLC', 'sandbox', 'UTC', 'active', ${WHEN}, ${WHEN}, ${WHEN})`.execute(
    tx,
  );

const connectionIds = async (tx: Tx) =>
  (await rows(tx, sql<{ id: string }>`select id from connections order by id`)).map(({ id }) => id);

describe('the schema', () => {
  test('has row-level security, forced, with a policy for the application, on every table of tenants', async () => {
    const open = await asked(sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')
        and (c.relname = 'tenants' or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
        and not (c.relrowsecurity and c.relforcerowsecurity
          and exists (select 1 from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname and ${ROLES.app} = any(p.roles) and p.qual like '%app.tenant_id%'))
      order by 1`);
    expect(open).toEqual([]);
  });

  test('knows of each other table why it is of no tenant', async () => {
    const others = await asked(sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'tenants'
        and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      order by 1`);
    expect(others.map(({ name }) => name)).toEqual(OF_NO_TENANT);
  });

  test('gives the application role no policy that shows more than one tenant', async () => {
    const wide = await asked(sql<{ tablename: string; policyname: string }>`
      select tablename, policyname from pg_policies
      where schemaname = 'public' and ${ROLES.app} = any(roles) and policyname <> 'tenant_only' order by 1, 2`);
    expect(wide).toEqual([{ tablename: 'webhook_endpoints', policyname: 'app_endpoints' }]);
    const toEverybody = await asked(
      sql`select 1 from pg_policies where schemaname = 'public' and 'public' = any(roles)`,
    );
    expect(toEverybody).toEqual([]);
  });

  test('gives no role of the application the right to pass by its policies', async () => {
    const powers = await asked(sql<{ name: string }>`
      select rolname as name from pg_roles where rolname = any(${Object.values(ROLES)}::text[])
        and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication) order by 1`);
    expect(powers).toEqual([]);
    const owned = await asked(sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(${Object.values(ROLES)}::text[]) order by 1`);
    expect(owned).toEqual([]);
    const memberships = await asked(sql<{ name: string }>`
      select r.rolname as name from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any(${Object.values(ROLES)}::text[]) order by 1`);
    expect(memberships).toEqual([]);
  });

  test('lets the application neither truncate nor change the schema', async () => {
    const may = await asked(sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r' and has_table_privilege(${ROLES.app}, c.oid, 'truncate, trigger, references') order by 1`);
    expect(may).toEqual([]);
    const creates = await asked(
      sql<{ may: boolean }>`select has_schema_privilege(${ROLES.app}, 'public', 'create') as may`,
    );
    expect(creates).toEqual([{ may: false }]);
  });
});

describe('a transaction', () => {
  test('without a tenant sees nothing and writes nothing', async () => {
    const nobody = '' as TenantId;
    expect(await made.database.tenant(nobody, connectionIds)).toEqual([]);
    await expect(
      made.database.tenant(nobody, (tx) => insertConnection(tx, made.tenantId, 'con_stray')),
    ).rejects.toThrow(/row-level security/);
  });

  test('sees its own tenant in every table and no other', async () => {
    expect(await made.database.tenant(made.tenantId, connectionIds)).toEqual([made.connectionId]);
    expect(await made.database.tenant(OTHER, connectionIds)).toEqual(['con_other']);
    const names = await made.database.tenant(OTHER, (tx) => rows(tx, sql<{ id: string }>`select id from tenants`));
    expect(names).toEqual([{ id: OTHER }]);
  });

  test('can neither insert for another tenant nor give a row away nor touch one', async () => {
    await expect(
      made.database.tenant(OTHER, (tx) => insertConnection(tx, made.tenantId, 'con_planted')),
    ).rejects.toThrow(/row-level security/);
    await expect(
      made.database.tenant(OTHER, (tx) => sql`update connections set tenant_id = ${made.tenantId}`.execute(tx)),
    ).rejects.toThrow(/row-level security/);
    const touched = await made.database.tenant(OTHER, async (tx) =>
      Number(
        (await sql`update connections set state = 'paused' where id = ${made.connectionId}`.execute(tx))
          .numAffectedRows,
      ),
    );
    expect(touched).toBe(0);
  });

  test('takes whatever stands for a tenant as text', async () => {
    const odd = "ten_'; reset role; --" as TenantId;
    const seen = await made.database.tenant(odd, (tx) =>
      rows(
        tx,
        sql<{ tenant: string; id: string | null }>`
        select current_setting('app.tenant_id') as tenant, (select min(id) from connections) as id`,
      ),
    );
    expect(seen).toEqual([{ tenant: odd, id: null }]);
  });

  test('leaves its tenant to nobody, also after an error', async () => {
    await expect(
      made.database.tenant(made.tenantId, async () => {
        throw new Error('broken off');
      }),
    ).rejects.toThrow('broken off');
    const left = await Promise.all(
      Array.from({ length: 16 }, () =>
        made.database.tenant('' as TenantId, (tx) =>
          rows(tx, sql<{ id: string }>`select id from connections union all select id from tenants`),
        ),
      ),
    );
    expect(left.flat()).toEqual([]);
  });

  test('interleaved with another tenant sees only its own, statement by statement', async () => {
    const steps = [gate(), gate(), gate()];
    const ours = made.database.tenant(made.tenantId, async (tx) => {
      const before = await connectionIds(tx);
      steps[0]!.open();
      await steps[1]!.passed;
      const after = await connectionIds(tx);
      steps[2]!.open();
      return [before, after];
    });
    const theirs = made.database.tenant(OTHER, async (tx) => {
      await steps[0]!.passed;
      const before = await connectionIds(tx);
      steps[1]!.open();
      await steps[2]!.passed;
      return [before, await connectionIds(tx)];
    });
    expect(await Promise.all([ours, theirs])).toEqual([
      [[made.connectionId], [made.connectionId]],
      [['con_other'], ['con_other']],
    ]);
  });
});

describe('a role of the application', () => {
  const refused = /permission denied|row-level security/;

  test('inbox cannot read what tenants own beyond its deliveries', async () => {
    for (const table of ['postings', 'facts', 'records', 'credentials', 'attention_items', 'pairs'])
      await expect(made.database.inbox((tx) => rows(tx, sql`select 1 from ${sql.table(table)}`))).rejects.toThrow(
        refused,
      );
  });

  test('engine cannot read what tenants own beyond who has work', async () => {
    for (const table of ['postings', 'facts', 'connections', 'credentials', 'deliveries', 'events'])
      await expect(made.database.engine((tx) => rows(tx, sql`select 1 from ${sql.table(table)}`))).rejects.toThrow(
        refused,
      );
  });

  test('access cannot read what tenants own beyond who they are', async () => {
    for (const table of ['postings', 'facts', 'records', 'connections', 'credentials', 'deliveries', 'attention_items'])
      await expect(
        made.database.access(made.tenantId, (tx) => rows(tx, sql`select 1 from ${sql.table(table)}`)),
      ).rejects.toThrow(refused);
  });

  test('app cannot read what people prove themselves with', async () => {
    for (const table of ['users', 'sessions', 'api_keys', 'invitations', 'one_time_codes', 'recovery_codes'])
      await expect(
        made.database.tenant(made.tenantId, (tx) => rows(tx, sql`select 1 from ${sql.table(table)}`)),
      ).rejects.toThrow(refused);
    // Of seeds it may count which data key they need.
    for (const column of ['user_id', 'ciphertext', 'confirmed_at', 'last_step'])
      await expect(
        made.database.tenant(made.tenantId, (tx) => rows(tx, sql`select ${sql.ref(column)} from totp_seeds`)),
      ).rejects.toThrow(refused);
  });

  test('nobody can change or delete the audit', async () => {
    for (const statement of [sql`update audit_entries set action = 'other'`, sql`delete from audit_entries`]) {
      await expect(made.database.tenant(made.tenantId, (tx) => rows(tx, statement))).rejects.toThrow(refused);
      await expect(made.database.access(made.tenantId, (tx) => rows(tx, statement))).rejects.toThrow(refused);
    }
  });

  test('app cannot delete the history of money', async () => {
    for (const table of ['postings', 'attempts', 'deliveries', 'events', 'security_events'])
      await expect(
        made.database.tenant(made.tenantId, (tx) => sql`delete from ${sql.table(table)}`.execute(tx)),
      ).rejects.toThrow(refused);
  });
});

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}
