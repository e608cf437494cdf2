import type { KeyProvider } from './key-provider.ts';

/** The key-encryption keys that this process holds: one, or two while one takes the place of the other. */
export interface Keyring {
  /** The one to be used first comes first. */
  held(): readonly KeyProvider[];
  /** Also looks whether the key has been put where this process takes its keys from. */
  find(keyId: string): Promise<KeyProvider | null>;
  /** Takes the keys again from where this process takes them. */
  reload(): Promise<void>;
}

/** Keys that do not change while the process runs. */
export function keyringOf(...providers: readonly KeyProvider[]): Keyring {
  return {
    held: () => providers,
    find: async (keyId) => providers.find((one) => one.keyId === keyId) ?? null,
    reload: async () => {},
  };
}

/** Keys that may have been exchanged outside: they are taken again when one is asked for that is not there. */
export function reloadingKeyring(first: readonly KeyProvider[], load: () => Promise<readonly KeyProvider[]>): Keyring {
  let providers = first;
  const known = (keyId: string) => providers.find((one) => one.keyId === keyId) ?? null;
  const reload = async () => {
    const loaded = await load();
    // A key that was taken away outside may still be needed by what is under way here.
    providers = [...loaded, ...providers.filter((old) => loaded.every((one) => one.keyId !== old.keyId))];
  };
  return {
    held: () => providers,
    reload,
    find: async (keyId) => {
      if (known(keyId) === null) await reload();
      return known(keyId);
    },
  };
}

export function asKeyring(keys: KeyProvider | Keyring): Keyring {
  return 'held' in keys ? keys : keyringOf(keys);
}
