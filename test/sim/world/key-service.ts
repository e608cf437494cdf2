import type { KeyObject } from 'node:crypto';
import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { Random } from '../../../src/kernel/random.ts';
import { type KeyProvider, localKeyProvider } from '../../../src/platform/vault/index.ts';
import type { Sometimes } from '../goals.ts';

/** F18: whoever holds the key-encryption key is away for a while, or refuses. */
export class KeyService {
  readonly #now: () => number;
  readonly #sometimes: Sometimes;
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

  /** A key of the service, as one process asks for it. */
  provider(key: KeyObject, random: Pick<Random, 'bytes'>): KeyProvider {
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
