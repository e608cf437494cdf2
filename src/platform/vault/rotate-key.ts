import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { MakeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { change, type Database, sql } from '../store/database.ts';
import { DataKeys } from './data-keys.ts';
import { wrapSecretFor } from './installation-secret.ts';
import type { RecordKeyChange } from './key-change.ts';
import type { KeyProvider } from './key-provider.ts';
import { addKeyRecord } from './key-records.pg.ts';
import { asKeyring, type Keyring } from './keyring.ts';
import { lockKeys } from './lock-keys.pg.ts';
import type { OpenedKey } from './open-keys.ts';
import type { Rotation, RotationRun } from './rotation.ts';
import { type DataKeyName, RotationStore } from './rotation-store.pg.ts';
import { dataKeyReaderIn } from './vault-store.pg.ts';
import type { WrappedKey } from './vault-store.ts';
import { newRecord } from './verify-key.ts';

export interface RotationDoors {
  readonly database: Database;
  /** The keys that open what is there. */
  readonly keyring: Keyring;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'bytes'>;
  readonly makeId: MakeId;
  readonly record: RecordKeyChange;
}

/** Data keys between two looks at the signal; with a key service each takes two calls. */
const BATCH = 50;

/**
 * Lets one more key-encryption key open every data key. Those that open them now stay valid, so it does not matter when
 * which process gets the new key. Goes on with a rotation that was cut short, by whomever; several at once do no harm.
 * With the key in use as its target it wraps everything anew, which brings what a key service rotated into use.
 */
export async function rotateKey(doors: RotationDoors, target: OpenedKey, run: RotationRun): Promise<Rotation> {
  const store = new RotationStore(doors.database, doors.clock);
  await register(doors, target);
  const { keyId } = target.provider;
  const total = await store.countNotWrappedBy(keyId);
  const id = doors.makeId('job');
  const rotation = await store.begin({
    id,
    kind: 'key_encryption_key',
    keyId,
    total: total || (await countAll(store)),
  });
  return wrapAll(doors, store, rotation, target.provider, run);
}

/** Every data key, as those that a key nobody has does not open. */
function countAll(store: RotationStore): Promise<number> {
  return store.countNotWrappedBy('');
}

/**
 * A key that is registered may open the installation from then on: so it opens its secret from the start. One that is
 * registered already wraps both anew, by the newest version that its service has of it.
 */
async function register(doors: RotationDoors, { provider, parameters }: OpenedKey): Promise<void> {
  const asEngine = doors.database.engine.bind(doors.database);
  const wrappedSecret = await wrapSecretFor(provider, doors.keyring, asEngine);
  const record = { ...(await newRecord(provider)), parameters, wrappedSecret };
  const isUsable = await asEngine(async (tx) => {
    await lockKeys(tx, 'alone');
    await addKeyRecord(tx, record, doors.clock);
    const usable = sql`update vault_keys
      set check_value = ${record.checkValue}, wrapped_secret = coalesce(${wrappedSecret}::bytea, wrapped_secret)
      where key_id = ${provider.keyId} and retired_at is null`;
    return (await change(tx, usable)) > 0;
  });
  if (isUsable) return;
  throw new CounterfoilError('vault.key_wrong', {
    detail: `Key ${provider.keyId} was retired and is not taken into use again. Give a new one. Nothing was changed.`,
  });
}

async function wrapAll(
  doors: RotationDoors,
  store: RotationStore,
  begun: Rotation,
  target: KeyProvider,
  { signal, onProgress }: RotationRun,
): Promise<Rotation> {
  const { id, startedAt } = begun;
  let rotation = begun;
  let unreadable = 0;
  for (let after: DataKeyName | null = null; ; ) {
    onProgress(rotation);
    if (signal.aborted) return rotation;
    const batch = await store.notWrappedBy(target.keyId, startedAt, after, BATCH);
    const last = batch.at(-1);
    if (last === undefined) return store.finish(id, unreadable);
    const done = await wrapBatch(doors, batch, target, startedAt);
    unreadable += batch.length - done;
    rotation = await store.advance(id, done);
    after = last;
  }
}

/** How many were wrapped: one that does not open stays as it is, and stops nothing. */
async function wrapBatch(
  doors: RotationDoors,
  batch: readonly DataKeyName[],
  target: KeyProvider,
  startedAt: number,
): Promise<number> {
  const dataKeys = new DataKeys(asKeyring(doors.keyring), doors.random, doors.clock);
  let done = 0;
  for (const name of batch) {
    try {
      await wrapOne(doors, dataKeys, name, target, startedAt);
      done += 1;
    } catch (error) {
      if (!isCounterfoilError(error) || error.kind === 'retryable' || error.code === 'vault.key_wrong') throw error;
    }
  }
  return done;
}

async function wrapOne(
  { database, clock, record: recordKey }: RotationDoors,
  dataKeys: DataKeys,
  { tenantId, version }: DataKeyName,
  target: KeyProvider,
  startedAt: number,
): Promise<void> {
  const record = await database.tenant(tenantId, (tx) => dataKeyReaderIn(tx).find(tenantId, version));
  // Gone or destroyed meanwhile: then there is nothing to open.
  if (record === null || record.destroyedAt !== null) return;
  const wrap: WrappedKey = await dataKeys.wrapFor(record, target);
  const at = isoInstant(Math.max(clock.now(), startedAt));
  await database.tenant(tenantId, async (tx) => {
    const wrapped = await change(
      tx,
      // The lock keeps a shredding out, which would otherwise miss what is added here.
      sql`insert into data_key_wraps (tenant_id, version, key_id, wrapped, created_at)
        select tenant_id, version, ${wrap.keyId}::text, ${wrap.wrapped}::bytea, ${at}::timestamptz
        from data_keys where tenant_id = ${tenantId} and version = ${version} and destroyed_at is null for share
        on conflict (tenant_id, version, key_id) do update
        set wrapped = excluded.wrapped, created_at = excluded.created_at`,
    );
    const diff = { wrappedBy: [null, wrap.keyId] } as const;
    if (wrapped > 0) await recordKey(tx, { tenantId, action: 'data_key.wrapped', subject: String(version), diff });
  });
}
