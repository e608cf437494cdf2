import { type Clock, systemClock } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { type Binding, decrypt, encrypt, isMarkedElsewhere } from './aead.ts';
import { DataKeys } from './data-keys.ts';
import type { KeyProvider } from './key-provider.ts';
import { asKeyring, type Keyring } from './keyring.ts';
import type { DataKeyReader, DataKeyStore, VaultStore } from './vault-store.ts';

/** Where a sealed value lies. It opens nowhere else. */
export interface SealedPlace {
  readonly table: string;
  readonly rowId: string;
  readonly field: string;
}

export interface SealedValue {
  readonly ciphertext: Uint8Array;
  /** Version of the tenant's data key, stored beside the ciphertext. */
  readonly keyVersion: number;
}

/**
 * Seals secrets for storage: AES-256-GCM under the tenant's data key, bound to tenant, place and key version.
 *
 * `within` reads and makes data keys in the caller's transaction. Give it whenever there is one: without it the vault
 * opens a transaction of its own, which must not be done inside of another.
 */
export interface Vault {
  seal(tenantId: TenantId, place: SealedPlace, secret: Secret, within?: DataKeyStore): Promise<SealedValue>;
  /**
   * Throws `vault.tampered` when the value was changed, `vault.misplaced` when it was moved here from elsewhere,
   * `vault.data_key_gone` when its data key is not there, `vault.shredded` when that was destroyed on purpose.
   */
  open(tenantId: TenantId, place: SealedPlace, sealed: SealedValue, within?: DataKeyReader): Promise<Secret>;
}

export interface VaultOptions {
  /** One key, or those that this process holds while one takes the place of another. */
  readonly keyProvider: KeyProvider | Keyring;
  readonly store: Pick<VaultStore, 'dataKeys'>;
  readonly random: Pick<Random, 'bytes'>;
  /** By which unwrapped keys age in memory. */
  readonly clock?: Pick<Clock, 'now'>;
}

export function createVault({ keyProvider, store, random, clock = systemClock }: VaultOptions): Vault {
  const dataKeys = new DataKeys(asKeyring(keyProvider), random, clock);
  return {
    seal: async (tenantId, place, secret, within = store.dataKeys) => {
      const { key, version } = await dataKeys.forSealing(tenantId, within);
      const plain = Buffer.from(secret.reveal(), 'utf8');
      const ciphertext = encrypt({ key, plain, binding: bindingOf(tenantId, place, version), random });
      plain.fill(0);
      return { ciphertext, keyVersion: version };
    },
    open: async (tenantId, place, { ciphertext, keyVersion }, within = store.dataKeys) => {
      const key = await dataKeys.forOpening(tenantId, keyVersion, within);
      const binding = bindingOf(tenantId, place, keyVersion);
      const plain = decrypt({ key, sealed: ciphertext, binding });
      if (plain === null) throw refused(tenantId, place, isMarkedElsewhere(ciphertext, binding));
      const secret = new Secret(Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('utf8'));
      plain.fill(0);
      return secret;
    },
  };
}

function bindingOf(tenantId: TenantId, place: SealedPlace, keyVersion: number): Binding {
  return [tenantId, place.table, place.rowId, place.field, String(keyVersion)];
}

function refused(
  tenantId: TenantId,
  { table, rowId, field }: SealedPlace,
  isMarkedElsewhere: boolean,
): CounterfoilError {
  const what = `${field} of ${rowId} in ${table} (tenant ${tenantId})`;
  return isMarkedElsewhere
    ? new CounterfoilError('vault.misplaced', {
        detail: `${what} was sealed for another tenant, row, field or key version. It was not opened.`,
      })
    : new CounterfoilError('vault.tampered', { detail: `${what} was changed after it was sealed. It was not opened.` });
}
