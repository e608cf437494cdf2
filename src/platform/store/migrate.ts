import { readdir, readFile } from 'node:fs/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CounterfoilError, messageOf } from '../../kernel/errors.ts';
import { SILENCE_MS, type Tx } from './database.ts';
import { patientSocket } from './patient-socket.ts';
import { newPool } from './pool.ts';
import { ROLES, type RoleName } from './roles.ts';

/** Where the owner (who may change the schema) connects. */
export interface OwnerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: boolean;
}

export interface MigrationStatus {
  readonly name: string;
  readonly appliedAt: number | null;
}

/** A server that does not take a connection within this is not there. */
const CONNECT_TIMEOUT_MS = 15_000;

const SQL_FOLDER = new URL('../../../sql/', import.meta.url);

type RolePasswords = Readonly<Record<RoleName, string>>;

/**
 * Makes the application roles and brings the schema up to this release. Safe to run from several processes at once:
 * one migrates, the others wait. Answers the names of the migrations that were applied. Passwords that are kept in the
 * database themselves are asked for once the schema is there.
 */
export async function migrate(
  owner: OwnerAddress,
  passwords: RolePasswords | (() => Promise<RolePasswords>),
): Promise<readonly string[]> {
  const work = async (db: OwnerDb) => {
    const migrator = await migratorFor(db);
    await refuseNewerSchema(db, migrator);
    await db.transaction().execute(makeRoles);
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error) {
      const failed = results.find((result) => result.status === 'Error');
      throw new CounterfoilError('store.migration_failed', {
        detail: `Migration ${failed?.migrationName ?? ''} failed and was rolled back: ${messageOf(error)}`,
        cause: error,
      });
    }
    const known = typeof passwords === 'function' ? await passwords() : passwords;
    await db.transaction().execute((tx) => setPasswords(tx, known));
    return results.map((result) => result.migrationName);
  };
  return withOwner(owner, work, { mayTakeLong: true });
}

export async function migrationStatus(owner: OwnerAddress): Promise<readonly MigrationStatus[]> {
  return withOwner(owner, async (db) => {
    const migrations = await (await migratorFor(db)).getMigrations();
    return migrations.map((migration) => ({
      name: migration.name,
      appliedAt: migration.executedAt ? new Date(migration.executedAt).getTime() : null,
    }));
  });
}

/** One transaction as the owner: only for what must happen before the application roles exist. */
export function asOwner<T>(owner: OwnerAddress, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withOwner(owner, (db) => db.transaction().execute(work));
}

type OwnerDb = Kysely<Record<never, never>>;

/** `mayTakeLong`: a statement that changes a large table says nothing for a long time. */
async function withOwner<T>(
  owner: OwnerAddress,
  work: (db: OwnerDb) => Promise<T>,
  { mayTakeLong = false }: { readonly mayTakeLong?: boolean } = {},
): Promise<T> {
  const { ssl, ...address } = owner;
  const db: OwnerDb = new Kysely({
    dialect: new PostgresDialect({
      pool: newPool({
        ...address,
        ssl,
        max: 2,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        application_name: 'counterfoil migrate',
        ...(mayTakeLong ? {} : { stream: patientSocket(SILENCE_MS) }),
      }),
    }),
  });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function migratorFor(db: OwnerDb): Promise<Migrator> {
  const files = (await readdir(SQL_FOLDER)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const text = await readFile(new URL(file, SQL_FOLDER), 'utf8');
    migrations[file.replace(/\.sql$/, '')] = { up: async (tx) => void (await sql.raw(text).execute(tx)) };
  }
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}

async function refuseNewerSchema(db: OwnerDb, migrator: Migrator): Promise<void> {
  const {
    rows: [table],
  } = await sql<{ there: boolean }>`select to_regclass('public.kysely_migration') is not null as there`.execute(db);
  if (!table?.there) return;
  const known = new Set((await migrator.getMigrations()).map((migration) => migration.name));
  const { rows: applied } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = applied.filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(', ');
  throw new CounterfoilError('store.schema_newer', {
    detail: `The database has migrations that this release does not know: ${names}. Nothing was changed.`,
  });
}

/** Any number that nobody else locks. */
const ROLES_LOCK = 4_170_001;

/** Without a password nobody can log in as a role. */
async function makeRoles(db: OwnerDb): Promise<void> {
  // Grants of two processes that start at once would meet in the same row of the catalogue.
  await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`.execute(db);
  for (const name of Object.values(ROLES)) {
    // Two processes may start at once: the one that loses the race finds the role made.
    await sql`
      do $$ begin
        create role ${sql.id(name)} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
      exception when duplicate_object or unique_violation then null; end $$`.execute(db);
  }
  const {
    rows: [current],
  } = await sql<{ name: string }>`select current_database() as name`.execute(db);
  for (const name of Object.values(ROLES)) {
    await sql`grant connect on database ${sql.id(current!.name)} to ${sql.id(name)}`.execute(db);
    await sql`grant usage on schema public to ${sql.id(name)}`.execute(db);
  }
  await sql`create schema if not exists pgboss`.execute(db);
  await sql`grant usage, create on schema pgboss to ${sql.id(ROLES.engine)}`.execute(db);
}

async function setPasswords(db: OwnerDb, passwords: RolePasswords): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`.execute(db);
  for (const [role, name] of Object.entries(ROLES) as [RoleName, string][])
    await setPassword(db, name, passwords[role]);
}

/** Concurrent `alter role` statements collide on the catalogue row; the loser tries again. */
async function setPassword(db: OwnerDb, role: string, password: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql`alter role ${sql.id(role)} password ${sql.lit(password)}`.execute(db);
      return;
    } catch (error) {
      if (attempt >= 5 || !/concurrently updated/.test(messageOf(error))) throw error;
    }
  }
}
