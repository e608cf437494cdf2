import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import type { TenantId } from '../../kernel/ids.ts';
import { isSerializationFailure, mayPass, toStoreError } from './errors.ts';
import { patientSocket } from './patient-socket.ts';
import { newPool } from './pool.ts';
import { ROLES, type RoleName } from './roles.ts';
import { asTenant, TenantDialect } from './tenant-dialect.ts';

/** Names no table: statements are SQL text with typed rows, the schema lives in `sql/`. */
type Schema = Record<never, never>;

/** A transaction. Hub modules get one and nothing else, so no statement can run outside of it. */
export type Tx = Transaction<Schema>;

export { sql };

/** Reads rows of a statement written with `sql`. */
export async function rows<R>(tx: Tx, statement: RawBuilder<R>): Promise<R[]> {
  return (await statement.execute(tx)).rows;
}

/** The first row, or null. */
export async function firstRow<R>(tx: Tx, statement: RawBuilder<R>): Promise<R | null> {
  return (await statement.execute(tx)).rows[0] ?? null;
}

/** Runs a statement and tells how many rows it changed. */
export async function change(tx: Tx, statement: RawBuilder<unknown>): Promise<number> {
  return Number((await statement.execute(tx)).numAffectedRows ?? 0n);
}

/**
 * A part of a transaction that may fail alone: what it did is undone, the rest goes on. Answers the error, or null. An
 * outage or a lost race is no failure of the part and is thrown.
 */
export async function inPart(tx: Tx, work: () => Promise<void>): Promise<unknown> {
  await sql`savepoint part`.execute(tx);
  try {
    await work();
    await sql`release savepoint part`.execute(tx);
    return null;
  } catch (error) {
    if (mayPass(error)) throw error;
    await sql`rollback to savepoint part`.execute(tx);
    return error;
  }
}

export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly ssl: boolean;
  /** Password of each application role. */
  readonly passwords: Readonly<Record<RoleName, string>>;
  /** Connections for tenant work; the inbox and the engine have a few of their own. */
  readonly appConnections: number;
}

/** Connections of one role wait this long for a free one before `store.busy`. */
const CHECKOUT_TIMEOUT_MS = 15_000;
/** A statement that takes longer is a bug or a blocked database. */
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * A server that has said nothing for so long is gone: it ends statements itself before that. Longer than a connection
 * may be idle in its pool.
 */
export const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;
/** A transaction that met a deadlock or a serialisation failure is run again this often. */
const MAX_TRANSACTION_TRIES = 4;

/** The database behind three roles. Each verb is one transaction; nothing is ever set for a session. */
export class Database {
  readonly #pools: Readonly<Record<RoleName, Kysely<Schema>>>;

  constructor(options: DatabaseOptions) {
    const make = (role: RoleName, max: number) =>
      new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool(options, role, max) }) });
    const app = new TenantDialect({ pool: pool(options, 'app', options.appConnections) });
    this.#pools = {
      app: new Kysely<Schema>({ dialect: app }),
      inbox: make('inbox', 6),
      engine: make('engine', 6),
      access: make('access', 6),
    };
  }

  /** One transaction that sees and writes `tenantId` only. `work` may run again after a deadlock: no outside effects in it. */
  tenant<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return asTenant(tenantId, () => this.#transaction('app', work));
  }

  inbox<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('inbox', work);
  }

  /** One statement of the inbox, a transaction by itself: without the two round trips that begin and end one. */
  inboxStatement<R>(statement: RawBuilder<R>): Promise<R[]> {
    return this.#retried(async () => (await statement.execute(this.#pools.inbox)).rows);
  }

  engine<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('engine', work);
  }

  /** One transaction about people. What it writes of a tenant, such as the audit, is of `tenantId` only. */
  access<T>(tenantId: TenantId | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction('access', async (tx) => {
      if (tenantId !== null) await setTenant(tx, tenantId);
      return work(tx);
    });
  }

  /** One statement about people, a transaction by itself: every request of the API makes one. */
  accessStatement<R>(statement: RawBuilder<R>): Promise<R[]> {
    return this.#retried(async () => (await statement.execute(this.#pools.access)).rows);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((db) => db.destroy()));
  }

  #transaction<T>(role: RoleName, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#retried(() => this.#pools[role].transaction().execute(work));
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (isSerializationFailure(error) && attempt < MAX_TRANSACTION_TRIES) continue;
        throw toStoreError(error);
      }
    }
  }
}

async function setTenant(tx: Tx, tenantId: TenantId): Promise<void> {
  await sql`select set_config('app.tenant_id', ${tenantId}, true)`.execute(tx);
}

function pool(options: DatabaseOptions, role: RoleName, max: number): ReturnType<typeof newPool> {
  return newPool({
    host: options.host,
    port: options.port,
    database: options.database,
    user: ROLES[role],
    password: options.passwords[role],
    ssl: options.ssl,
    max,
    connectionTimeoutMillis: CHECKOUT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    stream: patientSocket(SILENCE_MS),
    application_name: `counterfoil ${role}`,
  });
}
