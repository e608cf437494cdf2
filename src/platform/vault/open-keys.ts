import type { Random } from '../../kernel/random.ts';
import type { KeyProvider } from './key-provider.ts';
import type { KeyServiceDoors } from './key-service.ts';
import type { KeySource } from './key-source.ts';
import { type Keyring, reloadingKeyring } from './keyring.ts';
import { kmsKeyProvider } from './kms-key-provider.ts';
import { localKeyProvider } from './local-key-provider.ts';
import { findNextMasterKey, openMasterKey } from './open-master-key.ts';
import { deriveKey, newParameters, readParameters, writeParameters } from './passphrase.ts';
import { transitKeyProvider } from './transit-key-provider.ts';
import type { KeyRecord } from './vault-store.ts';

export interface KeysToOpen {
  readonly dataDir: string;
  readonly current: KeySource;
  /** The one that is to take its place; null when none is named, and then a file of the data directory may be it. */
  readonly next: KeySource | null;
  /** What the database says about keys; empty when there is none yet. */
  readonly registered: () => Promise<readonly KeyRecord[]>;
  readonly random: Random;
  readonly service: KeyServiceDoors;
}

/** A key with what a registration of it needs. */
export interface OpenedKey {
  readonly provider: KeyProvider;
  /** Where it came from, for messages. */
  readonly origin: string;
  /** See {@link KeyRecord.parameters}. */
  readonly parameters: string | null;
}

export interface OpenedKeys {
  /** The key that this process seals with. */
  readonly current: OpenedKey;
  /** The key that a rotation goes to, when one is given. */
  readonly next: OpenedKey | null;
  readonly keyring: Keyring;
}

/**
 * The keys of this process. Nothing is asked of a key service yet.
 *
 * @throws CounterfoilError as `openMasterKey` does; `vault.key_wrong` when stored parameters of a passphrase were changed.
 */
export async function openKeys(options: KeysToOpen): Promise<OpenedKeys> {
  const opened = await openBoth(options);
  const reload = async () => providersOf(await openBoth(options));
  return { ...opened, keyring: reloadingKeyring(providersOf(opened), reload) };
}

async function openBoth(options: KeysToOpen): Promise<Omit<OpenedKeys, 'keyring'>> {
  const current = await openCurrent(options);
  const next = await openNext(options);
  if (next === null || next.provider.keyId === current.provider.keyId) return { current, next: null };
  // After a rotation that ended before its files were put in order, the next one is the key in use.
  const retired = (await options.registered()).filter(({ retiredAt }) => retiredAt !== null);
  const isOver = retired.some(({ keyId }) => keyId === current.provider.keyId);
  return isOver ? { current: next, next: null } : { current, next };
}

function providersOf({ current, next }: Omit<OpenedKeys, 'keyring'>): readonly KeyProvider[] {
  return next === null ? [current.provider] : [current.provider, next.provider];
}

async function openCurrent(options: KeysToOpen): Promise<OpenedKey> {
  const { current: source, dataDir, registered, random } = options;
  if (source.kind !== 'local') return openNamed(source, options);
  const { key, origin } = await openMasterKey({ dataDir, given: source.given, registered, random });
  return { provider: localKeyProvider(key, random), origin, parameters: null };
}

async function openNext(options: KeysToOpen): Promise<OpenedKey | null> {
  const { current, dataDir, next, random } = options;
  if (next !== null && next.kind !== 'local') return openNamed(next, options);
  if (next === null && current.kind !== 'local') return null;
  const found = await findNextMasterKey(dataDir, next?.given);
  return found && { provider: localKeyProvider(found.key, random), origin: found.origin, parameters: null };
}

async function openNamed(
  source: Exclude<KeySource, { kind: 'local' }>,
  { registered, random, service }: KeysToOpen,
): Promise<OpenedKey> {
  switch (source.kind) {
    case 'passphrase':
      return openPassphrase(source, await registered(), random);
    case 'aws-kms':
      return { provider: kmsKeyProvider(source, service), origin: 'AWS KMS', parameters: null };
    case 'vault-transit':
      return {
        provider: transitKeyProvider(source, service),
        origin: `HashiCorp Vault at ${source.url}`,
        parameters: null,
      };
  }
}

/** With the parameters of a registered key that it makes; with new ones when it makes none. */
async function openPassphrase(
  { given }: Extract<KeySource, { kind: 'passphrase' }>,
  records: readonly KeyRecord[],
  random: Pick<Random, 'bytes'>,
): Promise<OpenedKey> {
  for (const record of records.filter(({ provider }) => provider === 'passphrase')) {
    const { key, origin } = await deriveKey(given.secret, readParameters(record.parameters), given.origin);
    const provider = localKeyProvider(key, random, 'passphrase');
    if (provider.keyId === record.keyId) return { provider, origin, parameters: record.parameters };
  }
  const parameters = newParameters(random);
  const { key, origin } = await deriveKey(given.secret, parameters, given.origin);
  const provider = localKeyProvider(key, random, 'passphrase');
  return { provider, origin, parameters: writeParameters(parameters) };
}
