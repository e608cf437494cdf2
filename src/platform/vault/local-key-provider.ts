import type { KeyObject } from 'node:crypto';
import { hex } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Secret } from '../../kernel/secret.ts';
import { decrypt, encrypt } from './aead.ts';
import { derivedPassword, subKey } from './derived-password.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import { toKey } from './master-key.ts';

/** A provider that can also derive passwords, as only one that holds its key in this process can. */
export interface LocalKeyProvider extends KeyProvider {
  /** See {@link derivedPassword}. */
  derive(purpose: string): Secret;
}

/** Bytes of the key's hash in its id: enough that no two keys of one installation share it. */
const KEY_ID_BYTES = 8;

/** Wraps with a key in this process's memory: from a file or the environment. Its id is `local-` and a hash. */
export function localKeyProvider(rootKey: KeyObject, random: Pick<Random, 'bytes'>): LocalKeyProvider {
  const keyId = keyIdOf(rootKey);
  const key = toKey(subKey(rootKey, 'wrap'));
  return {
    keyId,
    wrap: async (plain, context) => encrypt({ key, plain, binding: bindingOf(context), random }),
    unwrap: async (sealed, context) => {
      const plain = decrypt({ key, sealed, binding: bindingOf(context) });
      if (plain) return plain;
      throw new CounterfoilError('vault.unreadable', { detail: `A wrapped key cannot be opened with key ${keyId}.` });
    },
    derive: (purpose) => derivedPassword(rootKey, purpose),
  };
}

/** The id of a key: a keyed hash, from which the key cannot be found. */
export function keyIdOf(rootKey: KeyObject): string {
  return `local-${hex(subKey(rootKey, 'id').subarray(0, KEY_ID_BYTES))}`;
}

function bindingOf(context: WrapContext): readonly string[] {
  const names = Object.keys(context).sort();
  return ['wrapped key', ...names.flatMap((name) => [name, context[name]!])];
}
