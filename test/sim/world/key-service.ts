import { createSecretKey, type KeyObject } from 'node:crypto';
import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { Random } from '../../../src/kernel/random.ts';
import { type KeyProvider, type Keyring, localKeyProvider } from '../../../src/platform/vault/index.ts';
import { reloadingKeyring } from '../../../src/platform/vault/keyring.ts';
import { keyIdOf } from '../../../src/platform/vault/local-key-provider.ts';
import type { Sometimes } from '../goals.ts';
import { MASTER_KEY } from '../master-key.ts';

/** F18: whoever holds the key-encryption key is away for a while, or refuses. */
export class KeyService {
  readonly #now: () => number;
  readonly #sometimes: Sometimes;
  /** Keys as they lie where processes take them from, the one to be used first. */
  #keys: readonly KeyObject[] = [MASTER_KEY];
  #made = 0;
  #awayUntil = 0;
  #refusesUntil = 0;

  constructor(now: () => number, sometimes: Sometimes) {
    this.#now = now;
    this.#sometimes = sometimes;
  }

  goesAway(ms: number): void {
    this.#awayUntil = this.#now() + ms;
  }

  refuses(ms: number): void {
    this.#refusesUntil = this.#now() + ms;
  }

  heal(): void {
    this.#awayUntil = 0;
    this.#refusesUntil = 0;
  }

  /** The keys of one process: those that lie there when it starts or asks again. */
  keyring(random: Pick<Random, 'bytes'>): Keyring {
    const load = () => this.#keys.map((key) => this.#provider(key, random));
    return reloadingKeyring(load(), async () => load());
  }

  /** The key that is to take the place of the one in use; put there unless it lies there already. */
  next(random: Pick<Random, 'bytes'>): KeyProvider {
    if (this.#keys.length === 1) {
      this.#made += 1;
      this.#keys = [...this.#keys, createSecretKey(Buffer.alloc(32, 100 + this.#made))];
    }
    return this.#provider(this.#keys.at(-1)!, random);
  }

  isNewest(keyId: string): boolean {
    return keyIdOf(this.#keys.at(-1)!) === keyId;
  }

  /** The newest key is the only one from now on, if it is this one. */
  promote(keyId: string): void {
    if (this.isNewest(keyId)) this.#keys = this.#keys.slice(-1);
  }

  #provider(key: KeyObject, random: Pick<Random, 'bytes'>): KeyProvider {
    const held = localKeyProvider(key, random);
    return {
      kind: held.kind,
      keyId: held.keyId,
      wrap: async (plain, context) => {
        this.#assertAnswers(held.keyId);
        return held.wrap(plain, context);
      },
      unwrap: async (wrapped, context) => {
        this.#assertAnswers(held.keyId);
        return held.unwrap(wrapped, context);
      },
    };
  }

  #assertAnswers(keyId: string): void {
    if (this.#awayUntil > this.#now()) {
      this.#sometimes.note('the key service is away');
      throw new CounterfoilError('vault.key_unavailable', { detail: `Key ${keyId}: no answer. Nothing was changed.` });
    }
    if (this.#refusesUntil > this.#now()) {
      this.#sometimes.note('the key service refuses');
      throw new CounterfoilError('vault.key_refused', { detail: `Key ${keyId}: refused. Nothing was changed.` });
    }
  }
}
