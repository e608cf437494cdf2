import type { KeyProvider } from '../../../src/platform/vault/index.ts';
import type { Canary } from './canary.ts';

/** Mistakes with keys that are exchanged. */
export const KEY_CANARIES: Readonly<Record<string, Canary>> = {
  'an old key is dropped before the new one opens everything': () => ({
    shared: (shared) => {
      const { keys } = shared;
      const next = keys.next.bind(keys);
      keys.next = (random): KeyProvider => {
        const target = next(random);
        keys.promote(target.keyId);
        return target;
      };
      return shared;
    },
  }),
};
