import { createSecretKey, type KeyObject } from 'node:crypto';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { KEY_BYTES } from './aead.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import { addFirstSecret, type InTransaction, listKeyRecords } from './key-records.pg.ts';
import type { Keyring } from './keyring.ts';
import { neededKeys } from './verify-key.ts';

/**
 * The installation's own secret: 32 random bytes from which the passwords of the roles follow. Each registered
 * key-encryption key wraps it, so it outlives their rotation. Made when there is none, after a key was registered; of
 * several processes that do so at once all get the same.
 *
 * @throws CounterfoilError `vault.key_wrong` when no key of this process opens it.
 */
export async function installationSecret(
  keyring: Keyring,
  asOwner: InTransaction,
  random: Pick<Random, 'bytes'>,
): Promise<KeyObject> {
  const found = await findSecret(keyring, asOwner);
  if (found) return found;
  const [provider] = keyring.held();
  const wrapped = await provider!.wrap(random.bytes(KEY_BYTES), contextOf(provider!.keyId));
  await asOwner((tx) => addFirstSecret(tx, provider!.keyId, wrapped));
  const stored = await findSecret(keyring, asOwner);
  if (stored) return stored;
  throw new CounterfoilError('vault.unreadable', { detail: 'The secret of this installation was not stored.' });
}

/** The secret wrapped by one more key, for its registration; null when it is not made yet. */
export async function wrapSecretFor(
  target: KeyProvider,
  keyring: Keyring,
  run: InTransaction,
): Promise<Uint8Array | null> {
  const secret = await findSecret(keyring, run);
  return secret && target.wrap(new Uint8Array(secret.export()), contextOf(target.keyId));
}

async function findSecret(keyring: Keyring, run: InTransaction): Promise<KeyObject | null> {
  const records = (await run(listKeyRecords)).filter(({ retiredAt }) => retiredAt === null);
  const withSecret = records.filter(({ wrappedSecret }) => wrappedSecret !== null);
  if (withSecret.length === 0) return null;
  for (const { keyId, wrappedSecret } of withSecret) {
    const provider = keyring.held().find((one) => one.keyId === keyId);
    if (provider) return createSecretKey(await provider.unwrap(wrappedSecret!, contextOf(keyId)));
  }
  throw new CounterfoilError('vault.key_wrong', {
    detail: `The secret of this installation needs ${neededKeys(withSecret)}. Nothing was changed.`,
  });
}

function contextOf(keyId: string): WrapContext {
  return { purpose: 'installation', key: keyId };
}
