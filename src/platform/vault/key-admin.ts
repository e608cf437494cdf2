import { constantTimeEqual } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyProvider } from './key-provider.ts';
import { readKeysStatus } from './key-status.pg.ts';
import type { KeysStatus } from './key-status.ts';
import { keyringOf } from './keyring.ts';
import { keyIdOf, localKeyProvider } from './local-key-provider.ts';
import type { OpenedKey, OpenedKeys } from './open-keys.ts';
import { findNextMasterKey, makeNextMasterKey, promoteNextMasterKey } from './open-master-key.ts';
import { rotateDataKeys } from './rotate-data-keys.ts';
import { type RotationDoors, rotateKey } from './rotate-key.ts';
import type { Rotation, RotationRun } from './rotation.ts';
import { RotationStore } from './rotation-store.pg.ts';
import type { SealedTable } from './sealed-table.ts';

export interface KeyAdminOptions extends RotationDoors, OpenedKeys {
  readonly random: Random;
  /** Everything that is sealed with data keys. */
  readonly tables: readonly SealedTable[];
  /** The key is a file of the data directory: then a new one is made there, and put in its place. */
  readonly isInDataDirectory: boolean;
  readonly dataDir: string;
}

export interface RotateRequest extends RotationRun {
  readonly kind: 'key_encryption_key' | 'data_keys';
}

export interface KeyRotationResult {
  readonly rotation: Rotation;
  /** The key that opens everything now; null for data keys. */
  readonly keyId: string | null;
  /** The key in use was wrapped with anew: nothing is to be retired. */
  readonly isSameKey: boolean;
}

/** What a person does with keys. */
export interface KeyAdmin {
  status(): Promise<KeysStatus>;
  /** Wraps and unwraps with every key at hand. Throws what the first one that fails throws. */
  tryKeys(): Promise<void>;
  rotate(request: RotateRequest): Promise<KeyRotationResult>;
  /**
   * Ends every key but the new one, after a rotation to it. Throws `vault.rotation_open` when it does not open everything
   * yet. Answers the key that is left.
   */
  retireOld(): Promise<string>;
}

/** Length of a data key. */
const TRIAL_BYTES = 32;

export function createKeyAdmin(options: KeyAdminOptions): KeyAdmin {
  const { database, clock, keyring, current, random } = options;
  const store = new RotationStore(database, clock);
  return {
    status: async () => {
      const atHand = {
        inUse: current.provider.keyId,
        held: keyring.held().map(({ keyId }) => keyId),
        next: options.next?.provider.keyId ?? null,
      };
      const found = await database.engine((tx) => readKeysStatus(tx, atHand));
      return { ...found, rotations: await store.latest() };
    },
    tryKeys: async () => {
      for (const provider of keyring.held()) await tryKey(provider, random.bytes(TRIAL_BYTES));
    },
    rotate: ({ kind, ...run }) => (kind === 'data_keys' ? rotateData(options, run) : rotateTo(options, run)),
    retireOld: async () => {
      const { keyId } = (await targetOf(options, 'existing')).provider;
      await recordOrder(options, store, keyId);
      await store.retireAllBut(keyId);
      if (options.isInDataDirectory) await promoteNextMasterKey(options.dataDir);
      return keyId;
    },
  };
}

/** A retirement is of no single tenant: each finds the order in its audit before it is carried out. */
async function recordOrder({ database, record }: KeyAdminOptions, store: RotationStore, keyId: string): Promise<void> {
  const diff = { keyLeft: [null, keyId] } as const;
  for (const tenantId of await store.tenants())
    await database.tenant(tenantId, (tx) =>
      record(tx, { tenantId, action: 'keys.retirement_ordered', subject: keyId, diff }),
    );
}

async function rotateData(options: KeyAdminOptions, run: RotationRun): Promise<KeyRotationResult> {
  const rotation = await rotateDataKeys(options, options.tables, run);
  return { rotation, keyId: null, isSameKey: true };
}

async function rotateTo(options: KeyAdminOptions, run: RotationRun): Promise<KeyRotationResult> {
  const target = await targetOf(options, 'new');
  const providers = [...options.keyring.held(), target.provider];
  const keyring = { ...keyringOf(...providers), reload: options.keyring.reload };
  const rotation = await rotateKey({ ...options, keyring }, target, run);
  const { keyId } = target.provider;
  return { rotation, keyId, isSameKey: keyId === options.current.provider.keyId };
}

/** The key that is given as the next one; else the one that the provider in use allows. */
async function targetOf(options: KeyAdminOptions, wanted: 'new' | 'existing'): Promise<OpenedKey> {
  const { current, next, isInDataDirectory, dataDir, random } = options;
  if (next !== null) return next;
  if (isInDataDirectory) {
    // A retirement that was cut short before its file was put in place: only then is the next file the key in use.
    const left = await findNextMasterKey(dataDir, undefined);
    if (left && keyIdOf(left.key) === current.provider.keyId) await promoteNextMasterKey(dataDir);
    const made =
      wanted === 'new' ? await makeNextMasterKey(dataDir, random) : await findNextMasterKey(dataDir, undefined);
    if (made) return { provider: localKeyProvider(made.key, random), origin: made.origin, parameters: null };
  }
  if (wanted === 'existing') return current;
  const { kind } = current.provider;
  // A key service has versions of a key of its own, which wrapping anew brings into use.
  if (kind === 'aws-kms' || kind === 'vault-transit') return current;
  const name = kind === 'passphrase' ? 'COUNTERFOIL_NEXT_PASSPHRASE' : 'COUNTERFOIL_NEXT_MASTER_KEY';
  throw new CounterfoilError('config.invalid', {
    detail: `No new key is given. Set ${name}, or COUNTERFOIL_NEXT_KEY_PROVIDER for another provider. Nothing was changed.`,
    field: name,
  });
}

async function tryKey({ keyId, wrap, unwrap }: KeyProvider, plain: Uint8Array): Promise<void> {
  const context = { purpose: 'trial', key: keyId };
  if (constantTimeEqual(await unwrap(await wrap(plain, context), context), plain)) return;
  throw new CounterfoilError('vault.key_wrong', {
    detail: `Key ${keyId} does not give back what it wrapped. Nothing was changed.`,
  });
}
