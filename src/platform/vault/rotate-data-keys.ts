import type { TenantId } from '../../kernel/ids.ts';
import { change, firstRow, sql, type Tx } from '../store/database.ts';
import { DataKeys } from './data-keys.ts';
import { countSealed, type ResealedBatch, sealAnew } from './reseal.pg.ts';
import type { RotationDoors } from './rotate-key.ts';
import type { Rotation, RotationRun } from './rotation.ts';
import { RotationStore } from './rotation-store.pg.ts';
import type { SealedTable } from './sealed-table.ts';
import type { Vault } from './vault.ts';
import { createVault } from './vault.ts';
import { dataKeysIn, pgVaultStore } from './vault-store.pg.ts';

/** Values sealed anew in one transaction: short enough that nobody waits long for a row. */
const BATCH = 200;
/** Rows that others hold are come back to this often; each time they are waited for. */
const SWEEPS = 5;

/**
 * Gives every tenant a new data key, seals everything with it and takes the old ones away. What is not sealed anew yet
 * is opened by its old key meanwhile. Goes on with a rotation that was cut short, by whomever; several at once share
 * the work.
 */
export async function rotateDataKeys(
  doors: RotationDoors,
  tables: readonly SealedTable[],
  run: RotationRun,
): Promise<Rotation> {
  const store = new RotationStore(doors.database, doors.clock);
  const tenants = await store.tenants();
  const total = await countOf(doors, tables, tenants);
  let rotation = await store.begin({ id: doors.makeId('job'), kind: 'data_keys', keyId: null, total });
  let unreadable = 0;
  for (const tenantId of tenants) {
    run.onProgress(rotation);
    if (run.signal.aborted) return rotation;
    const worker = new TenantRotation(doors, tables, tenantId, rotation.startedAt);
    unreadable += await worker.run(run.signal, async (done) => {
      rotation = await store.advance(rotation.id, done);
      run.onProgress(rotation);
    });
  }
  if (run.signal.aborted) return rotation;
  rotation = await store.finish(rotation.id, unreadable);
  run.onProgress(rotation);
  return rotation;
}

async function countOf(
  { database }: RotationDoors,
  tables: readonly SealedTable[],
  tenants: readonly TenantId[],
): Promise<number> {
  let count = 0;
  for (const tenantId of tenants) {
    count += await database.tenant(tenantId, (tx) => countSealed(tx, tables, tenantId, null));
  }
  return count;
}

/** The rotation of one tenant's data key. */
class TenantRotation {
  readonly #doors: RotationDoors;
  readonly #tables: readonly SealedTable[];
  readonly #tenantId: TenantId;
  readonly #startedAt: number;
  readonly #vault: Vault;

  constructor(doors: RotationDoors, tables: readonly SealedTable[], tenantId: TenantId, startedAt: number) {
    const { database, keyring, random, clock } = doors;
    this.#doors = doors;
    this.#tables = tables;
    this.#tenantId = tenantId;
    this.#startedAt = startedAt;
    this.#vault = createVault({ keyProvider: keyring, store: pgVaultStore(database, clock), random, clock });
  }

  /** How many values could not be opened; these stay, and so does their data key. */
  async run(signal: AbortSignal, onDone: (count: number) => Promise<void>): Promise<number> {
    const version = await this.#newVersion();
    if (version === null) return 0;
    let unreadable = 0;
    for (let sweep = 1; sweep <= SWEEPS && !signal.aborted; sweep += 1) {
      unreadable = 0;
      for (const table of this.#tables) unreadable += await this.#sweep(table, version, sweep > 1, signal, onDone);
      if ((await this.#removeOld(version)) <= unreadable) break;
    }
    return unreadable;
  }

  /** Null when the tenant was shredded meanwhile. */
  async #newVersion(): Promise<number | null> {
    const { database, keyring, random, clock } = this.#doors;
    const tenantId = this.#tenantId;
    const newest = await this.#newest();
    if (newest === null || newest.destroyedAt !== null) return null;
    if (newest.createdAt >= this.#startedAt) return newest.version;
    const dataKeys = new DataKeys(keyring, random, clock);
    await dataKeys.add(tenantId, newest.version + 1, {
      addUnlessTaken: (key) =>
        database.tenant(tenantId, async (tx) => {
          const isNew = await dataKeysIn(tx, this.#startClock()).addUnlessTaken(key);
          const diff = { version: [newest.version, key.version] } as const;
          const change = { tenantId, action: 'data_key.replaced', subject: String(key.version), diff };
          if (isNew) await this.#doors.record(tx, change);
          return isNew;
        }),
    });
    return (await this.#newest())!.version;
  }

  /** A clock that is behind must not let the new key look older than the rotation. */
  #startClock() {
    return { now: () => Math.max(this.#doors.clock.now(), this.#startedAt) };
  }

  #newest() {
    const tenantId = this.#tenantId;
    return this.#doors.database.tenant(tenantId, (tx) =>
      firstRow<{ version: number; createdAt: number; destroyedAt: number | null }>(
        tx,
        sql`select version, created_at as "createdAt", destroyed_at as "destroyedAt" from data_keys
          where tenant_id = ${tenantId} order by version desc limit 1`,
      ),
    );
  }

  async #sweep(
    table: SealedTable,
    version: number,
    waits: boolean,
    signal: AbortSignal,
    onDone: (count: number) => Promise<void>,
  ): Promise<number> {
    let unreadable = 0;
    for (let after: readonly string[] | null = null; !signal.aborted; ) {
      const from: readonly string[] | null = after;
      const batch: ResealedBatch = await this.#asRoleOf(table, (tx) =>
        sealAnew(tx, { vault: this.#vault, clock: this.#doors.clock }, table, {
          tenantId: this.#tenantId,
          version,
          after: from,
          limit: BATCH,
          waits,
        }),
      );
      if (batch.last === null) return unreadable;
      unreadable += batch.unreadable;
      after = batch.last;
      await onDone(batch.done);
    }
    return unreadable;
  }

  #asRoleOf<T>({ role }: SealedTable, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { database } = this.#doors;
    return role === 'access' ? database.access(this.#tenantId, work) : database.tenant(this.#tenantId, work);
  }

  /** Takes away data keys that nothing needs any more. Answers how many values still need an older one. */
  #removeOld(version: number): Promise<number> {
    const tenantId = this.#tenantId;
    return this.#doors.database.tenant(tenantId, async (tx) => {
      // Waits for those who are sealing with an old one.
      await sql`select 1 from data_keys where tenant_id = ${tenantId} and version < ${version} order by version for update`.execute(
        tx,
      );
      const left = await countSealed(tx, this.#tables, tenantId, version);
      const needed = sql.join(
        this.#tables.map(
          ({ table }) => sql`not exists (select from ${sql.table(table)} sealed
            where sealed.tenant_id = data_keys.tenant_id and sealed.key_version = data_keys.version)`,
        ),
        sql` and `,
      );
      await change(
        tx,
        sql`delete from data_keys where tenant_id = ${tenantId} and version < ${version} and destroyed_at is null and ${needed}`,
      );
      return left;
    });
  }
}
