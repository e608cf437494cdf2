import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { seededRandom } from '../../kernel/random.ts';
import type { KeyProvider } from './key-provider.ts';
import { localKeyProvider } from './local-key-provider.ts';
import { toKey } from './master-key.ts';
import { memoryVaultStore } from './memory-vault-store.ts';
import { checkKey, verifyKey } from './verify-key.ts';

const origin = '/srv/counterfoil/master.key';

function localKey(seed: number): KeyProvider {
  return localKeyProvider(toKey(seededRandom(seed).bytes(32)), seededRandom(100 + seed));
}

describe('checking the key at the start', () => {
  test('the first key of an installation is registered, and known from then on', async () => {
    const { keyRecords: store } = memoryVaultStore();
    expect(await verifyKey({ provider: localKey(1), origin, store })).toBe('first');
    expect((await store.list()).map((record) => record.keyId)).toEqual([localKey(1).keyId]);
    expect(await verifyKey({ provider: localKey(1), origin, store })).toBe('known');
    expect(await store.list()).toHaveLength(1);
  });

  test('a check alone registers nothing', async () => {
    const { keyRecords: store } = memoryVaultStore();
    expect(await checkKey({ provider: localKey(1), origin, store })).toBe('first');
    expect(await store.list()).toEqual([]);
  });

  test('another key stops the start and names the key needed, the key given and where it was found', async () => {
    const { keyRecords: store } = memoryVaultStore();
    await verifyKey({ provider: localKey(1), origin, store });
    for (const verb of [checkKey, verifyKey]) {
      const error = await verb({ provider: localKey(2), origin, store }).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'vault.key_wrong' });
      expect(error.message).toContain(`need key ${localKey(1).keyId}`);
      expect(error.message).toContain(`found in ${origin} is ${localKey(2).keyId}`);
      expect(error.message).toContain('Nothing was changed');
    }
    expect((await store.list()).map((record) => record.keyId)).toEqual([localKey(1).keyId]);
  });

  test('any of several registered keys is known, as during a rotation', async () => {
    const first = memoryVaultStore().keyRecords;
    const second = memoryVaultStore().keyRecords;
    await verifyKey({ provider: localKey(1), origin, store: first });
    await verifyKey({ provider: localKey(2), origin, store: second });
    const records = [...(await first.list()), ...(await second.list())];
    const store = { list: async () => records, registerFirst: async () => records };
    expect(await verifyKey({ provider: localKey(2), origin, store })).toBe('known');
    await expect(verifyKey({ provider: localKey(3), origin, store })).rejects.toThrow(
      `need key ${localKey(1).keyId} or ${localKey(2).keyId}`,
    );
  });

  test('a check value that the key does not open stops the start', async () => {
    const { keyId } = localKey(1);
    const { keyRecords: store } = memoryVaultStore();
    await store.registerFirst({ keyId, checkValue: await localKey(2).wrap(new Uint8Array(4), {}) });
    await expect(verifyKey({ provider: localKey(1), origin, store })).rejects.toMatchObject({
      code: 'vault.key_wrong',
    });
  });

  test('a check value that opens to something else stops the start', async () => {
    const { keyId } = localKey(1);
    const { keyRecords: store } = memoryVaultStore();
    const checkValue = await localKey(1).wrap(new Uint8Array(4), { purpose: 'check', key: keyId });
    await store.registerFirst({ keyId, checkValue });
    await expect(verifyKey({ provider: localKey(1), origin, store })).rejects.toMatchObject({
      code: 'vault.key_wrong',
    });
  });

  test('of two first starts with different keys at once, one is refused', async () => {
    const { keyRecords: store } = memoryVaultStore();
    const starts = await Promise.allSettled(
      [1, 2].map((seed) => verifyKey({ provider: localKey(seed), origin, store })),
    );
    expect(starts.map((start) => start.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store.list()).toHaveLength(1);
  });

  test('a provider that cannot be reached is not taken for a wrong key', async () => {
    const { keyRecords: store } = memoryVaultStore();
    await verifyKey({ provider: localKey(1), origin, store });
    const away: KeyProvider = {
      ...localKey(1),
      unwrap: async () => {
        throw new CounterfoilError('provider.unreachable');
      },
    };
    await expect(verifyKey({ provider: away, origin, store })).rejects.toMatchObject({ code: 'provider.unreachable' });
  });
});
