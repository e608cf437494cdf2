import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Id, TenantId } from '../../kernel/ids.ts';
import { change, type Database, firstRow, rows, sql, type Tx } from '../store/database.ts';
import { lockKeys } from './lock-keys.pg.ts';
import type { Rotation, RotationKind } from './rotation.ts';

/** Which data key of which tenant. */
export interface DataKeyName {
  readonly tenantId: TenantId;
  readonly version: number;
}

const COLUMNS = sql`id, kind, key_id as "keyId", total, done, unreadable, started_at as "startedAt",
  finished_at as "finishedAt"`;

/** Bookkeeping of rotations, as the engine role: it sees which keys there are and opens none. */
export class RotationStore {
  readonly #database: Pick<Database, 'engine'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(database: Pick<Database, 'engine'>, clock: Pick<Clock, 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The rotation of this kind that is under way, else a new one. Throws `vault.rotation_open` when it goes elsewhere. */
  begin(wanted: Pick<Rotation, 'id' | 'kind' | 'keyId' | 'total'>): Promise<Rotation> {
    const { id, kind, keyId, total } = wanted;
    const now = isoInstant(this.#clock.now());
    return this.#database.engine(async (tx) => {
      await change(
        tx,
        sql`insert into key_rotations (id, kind, key_id, total, done, unreadable, started_at, updated_at)
          values (${id}, ${kind}, ${keyId}, ${total}, 0, 0, ${now}, ${now})
          on conflict (kind) where finished_at is null do nothing`,
      );
      const running = await runningOf(tx, kind);
      if (running && running.keyId === keyId) return running;
      throw new CounterfoilError('vault.rotation_open', {
        detail: `A rotation to key ${running?.keyId} is under way. Give this process that key and finish it first. Nothing was changed.`,
      });
    });
  }

  running(kind: RotationKind): Promise<Rotation | null> {
    return this.#database.engine((tx) => runningOf(tx, kind));
  }

  /** The latest of each kind, the newest first. */
  latest(): Promise<readonly Rotation[]> {
    return this.#database.engine((tx) =>
      rows(
        tx,
        sql<Rotation>`select ${COLUMNS} from (select distinct on (kind) * from key_rotations order by kind, started_at desc) latest
          order by started_at desc, kind`,
      ),
    );
  }

  /** Counts what was done. Answers the rotation as it is then. */
  advance(id: Id<'job'>, done: number): Promise<Rotation> {
    const now = isoInstant(this.#clock.now());
    return this.#one(sql`update key_rotations set done = least(total, done + ${done}::integer), updated_at = ${now}
      where id = ${id} returning ${COLUMNS}`);
  }

  finish(id: Id<'job'>, unreadable: number): Promise<Rotation> {
    const now = isoInstant(this.#clock.now());
    return this.#one(sql`update key_rotations
      set done = total - least(total, ${unreadable}::integer), unreadable = ${unreadable}, updated_at = ${now},
        finished_at = coalesce(finished_at, ${now})
      where id = ${id} returning ${COLUMNS}`);
  }

  async #one(statement: ReturnType<typeof sql>): Promise<Rotation> {
    const row = await this.#database.engine((tx) => firstRow(tx, statement));
    return row as Rotation;
  }

  /** Data keys behind `after` that the key does not open yet, or not since `since` (ms). */
  notWrappedBy(
    keyId: string,
    since: number,
    after: DataKeyName | null,
    limit: number,
  ): Promise<readonly DataKeyName[]> {
    const from = after ? sql`and (d.tenant_id, d.version) > (${after.tenantId}, ${after.version})` : sql``;
    return this.#database.engine((tx) =>
      rows(
        tx,
        sql<DataKeyName>`select d.tenant_id as "tenantId", d.version from data_keys d
          where ${lacks(keyId, since)} ${from} order by d.tenant_id, d.version limit ${limit}`,
      ),
    );
  }

  async countNotWrappedBy(keyId: string): Promise<number> {
    const row = await this.#database.engine((tx) =>
      firstRow(tx, sql<{ count: number }>`select count(*)::integer as count from data_keys d where ${lacks(keyId, 0)}`),
    );
    return row!.count;
  }

  /** Tenants with a data key that was not destroyed. */
  async tenants(): Promise<readonly TenantId[]> {
    const found = await this.#database.engine((tx) =>
      rows(
        tx,
        sql<{ id: TenantId }>`select distinct tenant_id as id from data_keys where destroyed_at is null order by 1`,
      ),
    );
    return found.map(({ id }) => id);
  }

  /**
   * Ends every other key, once the given one opens everything. Answers how many wrapped keys were taken away. Throws
   * `vault.rotation_open` when something is not wrapped by it, and changes nothing then.
   */
  retireAllBut(keyId: string): Promise<number> {
    return this.#database.engine(async (tx) => {
      await lockKeys(tx, 'alone');
      const missing = await firstRow(
        tx,
        sql<{ count: number }>`
        select count(*)::integer as count from data_keys d where ${lacks(keyId, 0)}`,
      );
      if (missing!.count > 0) {
        throw new CounterfoilError('vault.rotation_open', {
          detail: `${missing!.count} data keys are not wrapped by ${keyId} yet. No key was retired.`,
        });
      }
      await assertNewest(tx, keyId);
      await assertSecretWrappedBy(tx, keyId);
      await change(
        tx,
        sql`update vault_keys set retired_at = ${isoInstant(this.#clock.now())}, wrapped_secret = null
          where key_id <> ${keyId} and retired_at is null`,
      );
      return change(
        tx,
        sql`delete from data_key_wraps
          where key_id in (select key_id from vault_keys where retired_at is not null)`,
      );
    });
  }
}

async function assertNewest(tx: Tx, keyId: string): Promise<void> {
  const newer = await firstRow(
    tx,
    sql<{ key_id: string }>`select key_id from vault_keys where retired_at is null
      and created_at > (select created_at from vault_keys own where own.key_id = ${keyId}) order by created_at desc limit 1`,
  );
  if (newer === null) return;
  throw new CounterfoilError('vault.rotation_open', {
    detail: `Key ${newer.key_id} was taken into use after ${keyId}, so ${keyId} is not the one to keep. Give this process ${newer.key_id}. No key was retired.`,
  });
}

async function assertSecretWrappedBy(tx: Tx, keyId: string): Promise<void> {
  const lost = await firstRow(
    tx,
    sql`select 1 from vault_keys where key_id = ${keyId} and wrapped_secret is null
      and exists (select from vault_keys where wrapped_secret is not null)`,
  );
  if (lost === null) return;
  throw new CounterfoilError('vault.rotation_open', {
    detail: `The secret of this installation is not wrapped by ${keyId} yet. No key was retired.`,
  });
}

/** Destroyed data keys need no key. */
function lacks(keyId: string, since: number) {
  return sql`d.destroyed_at is null and not exists (select from data_key_wraps w
    where w.tenant_id = d.tenant_id and w.version = d.version and w.key_id = ${keyId}
      and w.created_at >= ${isoInstant(since)}::timestamptz)`;
}

function runningOf(tx: Tx, kind: RotationKind): Promise<Rotation | null> {
  return firstRow(tx, sql<Rotation>`select ${COLUMNS} from key_rotations where kind = ${kind} and finished_at is null`);
}
