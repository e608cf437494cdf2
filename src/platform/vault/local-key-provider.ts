import type { KeyObject } from 'node:crypto';
import { hex } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { decrypt, encrypt, isMarkedElsewhere } from './aead.ts';
import { subKey } from './derived-password.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import { toKey } from './master-key.ts';

/** Bytes of the key's hash in its id: enough that no two keys of one installation share it. */
const KEY_ID_BYTES = 8;

/**
 * Wraps with a key in this process's memory: from a file, the environment or a passphrase. Its id is the kind and a hash.
 */
export function localKeyProvider(
  rootKey: KeyObject,
  random: Pick<Random, 'bytes'>,
  kind: 'local' | 'passphrase' = 'local',
): KeyProvider {
  const keyId = keyIdOf(rootKey, kind);
  const key = toKey(subKey(rootKey, 'wrap'));
  return {
    kind,
    keyId,
    wrap: async (plain, context) => encrypt({ key, plain, binding: bindingOf(context), random }),
    unwrap: async (sealed, context) => {
      const binding = bindingOf(context);
      const plain = decrypt({ key, sealed, binding });
      if (plain) return plain;
      throw isMarkedElsewhere(sealed, binding) ? misplaced(keyId) : tampered(keyId);
    },
  };
}

/** The id of a key: a keyed hash, from which the key cannot be found. */
export function keyIdOf(rootKey: KeyObject, kind: 'local' | 'passphrase' = 'local'): string {
  return `${kind}-${hex(subKey(rootKey, 'id').subarray(0, KEY_ID_BYTES))}`;
}

/** The error for a wrapped key that was bound to something else. */
export function misplaced(keyId: string): CounterfoilError {
  return new CounterfoilError('vault.misplaced', {
    detail: `A data key wrapped by ${keyId} belongs to another tenant or version. It was not opened.`,
  });
}

/** The error for a wrapped key that does not open. */
export function tampered(keyId: string, cause?: unknown): CounterfoilError {
  return new CounterfoilError('vault.tampered', {
    detail: `A data key wrapped by ${keyId} was changed, or ${keyId} is not the key that wrapped it. It was not opened.`,
    cause,
  });
}

function bindingOf(context: WrapContext): readonly string[] {
  const names = Object.keys(context).sort();
  return ['wrapped key', ...names.flatMap((name) => [name, context[name]!])];
}
