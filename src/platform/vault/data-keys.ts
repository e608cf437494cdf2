import type { KeyObject } from 'node:crypto';
import { base64 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { KEY_BYTES } from './aead.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import { toKey } from './master-key.ts';
import type { DataKeyReader, DataKeyRecord, DataKeyStore } from './vault-store.ts';

/** Unwrapped keys kept in memory, one for each tenant that is at work; about 300 bytes each. */
const MAX_CACHED_KEYS = 1_000;
const FIRST_VERSION = 1;

export interface DataKey {
  readonly key: KeyObject;
  readonly version: number;
}

/**
 * Opens and makes the tenants' data keys.
 *
 * Only the unwrapping is cached, under the exact stored row: each use reads that row. So a key whose row was rolled
 * back or destroyed is never used again, in any process, although it may still be in memory.
 */
export class DataKeys {
  readonly #provider: KeyProvider;
  readonly #random: Pick<Random, 'bytes'>;
  readonly #unwrapped = new BoundedCache<KeyObject>(MAX_CACHED_KEYS);

  constructor(provider: KeyProvider, random: Pick<Random, 'bytes'>) {
    this.#provider = provider;
    this.#random = random;
  }

  /** The tenant's newest key, made when it has none. */
  async forSealing(tenantId: TenantId, store: DataKeyStore): Promise<DataKey> {
    const record = (await store.newest(tenantId)) ?? (await this.#make(tenantId, store));
    return { key: await this.#unwrap(record), version: record.version };
  }

  async forOpening(tenantId: TenantId, version: number, store: DataKeyReader): Promise<KeyObject> {
    const record = await store.find(tenantId, version);
    if (record) return this.#unwrap(record);
    throw new CounterfoilError('vault.unreadable', { detail: `Data key ${version} of tenant ${tenantId} is gone.` });
  }

  async #make(tenantId: TenantId, store: DataKeyStore): Promise<DataKeyRecord> {
    const plain = this.#random.bytes(KEY_BYTES);
    const wrapped = await this.#provider.wrap(plain, contextOf(tenantId, FIRST_VERSION));
    plain.fill(0);
    await store.addUnlessTaken({ tenantId, version: FIRST_VERSION, wrapped, keyId: this.#provider.keyId });
    const stored = await store.newest(tenantId);
    if (stored) return stored;
    throw new CounterfoilError('vault.unreadable', { detail: `The data key of tenant ${tenantId} was not stored.` });
  }

  async #unwrap(record: DataKeyRecord): Promise<KeyObject> {
    const name = [record.tenantId, record.version, record.keyId, base64(record.wrapped)].join(' ');
    const cached = this.#unwrapped.get(name);
    if (cached) return cached;
    const key = toKey(await this.#open(record));
    this.#unwrapped.set(name, key);
    return key;
  }

  async #open({ tenantId, version, keyId, wrapped }: DataKeyRecord): Promise<Uint8Array> {
    if (keyId !== this.#provider.keyId) {
      const detail = `Data key ${version} of tenant ${tenantId} needs key ${keyId}; this process has ${this.#provider.keyId}.`;
      throw new CounterfoilError('vault.key_wrong', { detail });
    }
    const plain = await this.#provider.unwrap(wrapped, contextOf(tenantId, version));
    if (plain.length === KEY_BYTES) return plain;
    throw new CounterfoilError('vault.unreadable', {
      detail: `Data key ${version} of tenant ${tenantId} has a wrong length.`,
    });
  }
}

function contextOf(tenantId: TenantId, version: number): WrapContext {
  return { purpose: 'data key', tenant: tenantId, version: String(version) };
}
