import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { base64 } from '../../kernel/digest.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { KEY_BYTES } from './aead.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import type { Keyring } from './keyring.ts';
import { toKey } from './master-key.ts';
import type { DataKeyReader, DataKeyRecord, DataKeyStore, NewDataKey, WrappedKey } from './vault-store.ts';

/** Unwrapped keys kept in memory, one for each tenant that is at work; about 300 bytes each. */
const MAX_CACHED_KEYS = 1_000;
const FIRST_VERSION = 1;
/** An unwrapped key is asked for again after this long, so that a key taken away at its service is soon without use. */
export const FRESH_MS = 15 * 60_000;
/** While the service does not answer, an unwrapped key is used up to this age; its outages last minutes. */
export const USABLE_MS = 60 * 60_000;

export interface DataKey {
  readonly key: KeyObject;
  readonly version: number;
}

interface Unwrapped {
  readonly key: KeyObject;
  /** Ms. */
  readonly since: number;
}

/**
 * Opens and makes the tenants' data keys.
 *
 * Only the unwrapping is cached, under the exact stored row: each use reads that row. So a key whose row was rolled
 * back or destroyed is never used again, in any process, although it may still be in memory.
 */
export class DataKeys {
  readonly #keyring: Keyring;
  readonly #random: Pick<Random, 'bytes'>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #unwrapped = new BoundedCache<Unwrapped>(MAX_CACHED_KEYS);

  constructor(keyring: Keyring, random: Pick<Random, 'bytes'>, clock: Pick<Clock, 'now'>) {
    this.#keyring = keyring;
    this.#random = random;
    this.#clock = clock;
  }

  /** The tenant's newest key, made when it has none, or when it was shredded. */
  async forSealing(tenantId: TenantId, store: DataKeyStore): Promise<DataKey> {
    const newest = await store.newest(tenantId);
    const record = newest?.destroyedAt === null ? newest : await this.#make(tenantId, newest, store);
    return { key: await this.unwrap(record), version: record.version };
  }

  /** Throws `vault.data_key_gone` when there is no such key, `vault.shredded` when it was destroyed on purpose. */
  async forOpening(tenantId: TenantId, version: number, store: DataKeyReader): Promise<KeyObject> {
    const record = await store.find(tenantId, version);
    if (record) return this.unwrap(record);
    const detail = `Data key ${version} of tenant ${tenantId} is gone.`;
    throw new CounterfoilError('vault.data_key_gone', { detail });
  }

  /** Makes and stores a key of this version, unless there is one already. */
  async add(tenantId: TenantId, version: number, store: Pick<DataKeyStore, 'addUnlessTaken'>): Promise<void> {
    try {
      await store.addUnlessTaken(await this.#fresh(tenantId, version));
    } catch (error) {
      if (!isCounterfoilError(error) || error.code !== 'vault.key_wrong') throw error;
      // Retired while this process ran: its successor may lie where this process takes its keys from.
      await this.#keyring.reload();
      await store.addUnlessTaken(await this.#fresh(tenantId, version));
    }
  }

  /** Wrapped by every key that this process holds. */
  async #fresh(tenantId: TenantId, version: number): Promise<NewDataKey> {
    const plain = this.#random.bytes(KEY_BYTES);
    const wraps: WrappedKey[] = [];
    for (const provider of this.#keyring.held()) {
      const wrapped = await provider.wrap(plain, contextOf(tenantId, version));
      wraps.push({ keyId: provider.keyId, wrapped });
    }
    plain.fill(0);
    return { tenantId, version, wraps };
  }

  /** The stored key wrapped by one more key-encryption key. */
  async wrapFor(record: DataKeyRecord, target: KeyProvider): Promise<WrappedKey> {
    const plain = new Uint8Array((await this.unwrap(record)).export());
    const wrapped = await target.wrap(plain, contextOf(record.tenantId, record.version));
    plain.fill(0);
    return { keyId: target.keyId, wrapped };
  }

  async unwrap(record: DataKeyRecord): Promise<KeyObject> {
    if (record.destroyedAt !== null) throw shredded(record);
    const cached = record.wraps.map((wrap) => this.#unwrapped.get(cacheName(record, wrap))).find((one) => one);
    const age_ms = cached ? this.#clock.now() - cached.since : Number.POSITIVE_INFINITY;
    if (cached && age_ms < FRESH_MS) return cached.key;
    try {
      return await this.#open(record);
    } catch (error) {
      if (cached && age_ms < USABLE_MS && isCounterfoilError(error) && error.code === 'vault.key_unavailable')
        return cached.key;
      throw error;
    }
  }

  async #make(tenantId: TenantId, previous: DataKeyRecord | null, store: DataKeyStore): Promise<DataKeyRecord> {
    await this.add(tenantId, previous ? previous.version + 1 : FIRST_VERSION, store);
    const stored = await store.newest(tenantId);
    if (stored) return stored;
    throw new CounterfoilError('vault.unreadable', { detail: `The data key of tenant ${tenantId} was not stored.` });
  }

  /** By the first key at hand that can be asked; the last one's failure is thrown. */
  async #open(record: DataKeyRecord): Promise<KeyObject> {
    const ways = await this.#waysInto(record);
    let failure: unknown = this.#noWay(record);
    for (const { provider, wrap } of ways) {
      try {
        const plain = await provider.unwrap(wrap.wrapped, contextOf(record.tenantId, record.version));
        const key = toKeyOf(record, plain);
        this.#unwrapped.set(cacheName(record, wrap), { key, since: this.#clock.now() });
        return key;
      } catch (error) {
        failure = error;
        if (!isCounterfoilError(error) || error.kind !== 'retryable') throw error;
      }
    }
    throw failure;
  }

  async #waysInto(record: DataKeyRecord) {
    const held = this.#keyring.held().flatMap((provider) => {
      const wrap = record.wraps.find(({ keyId }) => keyId === provider.keyId);
      return wrap ? [{ provider, wrap }] : [];
    });
    if (held.length > 0) return held;
    for (const wrap of record.wraps) {
      const provider = await this.#keyring.find(wrap.keyId);
      if (provider) return [{ provider, wrap }];
    }
    return [];
  }

  #noWay({ tenantId, version, wraps }: DataKeyRecord): CounterfoilError {
    const needed = wraps.map(({ keyId }) => keyId).join(' or ');
    const given = this.#keyring.held().map(({ keyId }) => keyId);
    const detail = `Data key ${version} of tenant ${tenantId} needs key ${needed}; this process has ${given.join(' and ')}.`;
    return new CounterfoilError('vault.key_wrong', { detail });
  }
}

function shredded({ tenantId, destroyedAt }: DataKeyRecord): CounterfoilError {
  const day = new Date(destroyedAt!).toISOString().slice(0, 10);
  const detail = `The data key of tenant ${tenantId} was destroyed on ${day}; what it sealed cannot be read ever again.`;
  return new CounterfoilError('vault.shredded', { detail });
}

function toKeyOf({ tenantId, version }: DataKeyRecord, plain: Uint8Array): KeyObject {
  if (plain.length === KEY_BYTES) return toKey(plain);
  const detail = `Data key ${version} of tenant ${tenantId} has a wrong length.`;
  throw new CounterfoilError('vault.unreadable', { detail });
}

function cacheName({ tenantId, version }: DataKeyRecord, { keyId, wrapped }: WrappedKey): string {
  return [tenantId, version, keyId, base64(wrapped)].join(' ');
}

function contextOf(tenantId: TenantId, version: number): WrapContext {
  return { purpose: 'data key', tenant: tenantId, version: String(version) };
}
