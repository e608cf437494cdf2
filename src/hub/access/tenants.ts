import type { MakeId, TenantId } from '../../kernel/ids.ts';
import { at, type Database, firstRow, rows, sql } from '../../platform/store/index.ts';

export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
}

/** Every tenant of the installation: for verbs that go over all of them, such as `verify`. */
export async function listTenants(database: Database): Promise<readonly Tenant[]> {
  return database.engine((tx) => rows(tx, sql<Tenant>`select id, name from tenants order by id`));
}

export async function createTenant(
  database: Database,
  doors: { makeId: MakeId; now: number },
  name: string,
): Promise<Tenant> {
  const id = doors.makeId('ten');
  await database.tenant(id, (tx) =>
    sql`insert into tenants (id, name, created_at) values (${id}, ${name}, ${at(doors.now)})`.execute(tx),
  );
  return { id, name };
}

/** The installation's first tenant, made when there is none: a home server has exactly one. */
export async function firstTenant(
  database: Database,
  doors: { makeId: MakeId; now: number },
  name: string,
): Promise<Tenant> {
  const known = await database.engine((tx) =>
    firstRow(tx, sql<Tenant>`select id, name from tenants order by id limit 1`),
  );
  return known ?? createTenant(database, doors, name);
}
