import { isoInstant } from '../../kernel/clock.ts';
import { constantTimeEqual } from '../../kernel/digest.ts';
import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import type { KeyRecord, KeyRecordStore, NewKeyRecord } from './vault-store.ts';

const CHECK_TEXT = new TextEncoder().encode('counterfoil vault check 1');

export interface KeyCheck {
  readonly provider: KeyProvider;
  /** Where the key was found, for the message: a path, the name of a variable, or a key service. */
  readonly origin: string;
  /** See {@link KeyRecord.parameters}. */
  readonly parameters?: string | null;
  readonly store: KeyRecordStore;
}

/** Whether the installation knows the key (`known`) or has none yet (`first`). */
export type KeyStanding = 'known' | 'first';

/**
 * Tells whether the key opens what is stored, and changes nothing. For use before anything is written: role passwords
 * follow from the key, so a wrong one must be found before they are set.
 *
 * @throws CounterfoilError `vault.key_wrong`, naming the key needed and the key given.
 */
export async function checkKey({ provider, origin, store }: KeyCheck): Promise<KeyStanding> {
  return judge(provider, origin, await store.list());
}

/**
 * As {@link checkKey}, and registers the key when the installation has none. Of two processes that start a new
 * installation with different keys at once, one gets `vault.key_wrong`.
 */
export async function verifyKey({ provider, origin, store, parameters = null }: KeyCheck): Promise<KeyStanding> {
  const standing = await checkKey({ provider, origin, store });
  if (standing === 'known') return standing;
  await judge(provider, origin, await store.registerFirst({ ...(await newRecord(provider)), parameters }));
  return standing;
}

/** A key as it is registered, with a value that only this key opens. */
export async function newRecord({ keyId, kind, wrap }: KeyProvider): Promise<NewKeyRecord> {
  return { keyId, provider: kind, checkValue: await wrap(CHECK_TEXT, contextOf(keyId)) };
}

async function judge(provider: KeyProvider, origin: string, records: readonly KeyRecord[]): Promise<KeyStanding> {
  if (records.length === 0) return 'first';
  const own = records.find((record) => record.keyId === provider.keyId);
  if (!own || own.retiredAt !== null) throw otherKey(provider, origin, records);
  if (!(await opens(provider, own))) throw checkFailed(provider, origin);
  return 'known';
}

const NOT_OURS: readonly ErrorCode[] = ['vault.tampered', 'vault.misplaced', 'vault.unreadable'];

async function opens(provider: KeyProvider, record: KeyRecord): Promise<boolean> {
  try {
    return constantTimeEqual(await provider.unwrap(record.checkValue, contextOf(record.keyId)), CHECK_TEXT);
  } catch (error) {
    // Anything else, such as a KMS that cannot be reached, says nothing about the key.
    if (isCounterfoilError(error) && NOT_OURS.includes(error.code)) return false;
    throw error;
  }
}

function contextOf(keyId: string): WrapContext {
  return { purpose: 'check', key: keyId };
}

/** The keys that open the installation, for a message. */
export function neededKeys(records: readonly KeyRecord[]): string {
  const usable = records.filter(({ retiredAt }) => retiredAt === null);
  return `key ${usable.map((record) => record.keyId).join(' or ')}`;
}

function otherKey(provider: KeyProvider, origin: string, records: readonly KeyRecord[]): CounterfoilError {
  const retiredAt = records.find((record) => record.keyId === provider.keyId)?.retiredAt ?? null;
  const retired = retiredAt === null ? '' : `, which was retired on ${isoInstant(retiredAt).slice(0, 10)}`;
  const detail =
    `The stored credentials need ${neededKeys(records)}, but the key found in ${origin} is ${provider.keyId}${retired}. ` +
    'Put the needed key there. Nothing was changed.';
  return new CounterfoilError('vault.key_wrong', { detail });
}

function checkFailed(provider: KeyProvider, origin: string): CounterfoilError {
  const detail =
    `The stored credentials need key ${provider.keyId}, and the key found in ${origin} has that name but does not open ` +
    'their check value: the table vault_keys was damaged. Restore the database from a backup. Nothing was changed.';
  return new CounterfoilError('vault.key_wrong', { detail });
}
