import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { derivedPassword } from './derived-password.ts';
import { localKeyProvider } from './local-key-provider.ts';
import { toKey } from './master-key.ts';

const random = seededRandom(9);
const rootKey = (seed: number) => toKey(seededRandom(seed).bytes(32));
const plain = () => seededRandom(7).bytes(32);
const context = { tenant: 'ten_a', version: '1' };

describe('the local key provider', () => {
  test('unwraps what it wrapped, also after a restart and with the context in another order', async () => {
    const wrapped = await localKeyProvider(rootKey(1), random).wrap(plain(), context);
    const again = localKeyProvider(rootKey(1), random);
    expect(await again.unwrap(wrapped, { version: '1', tenant: 'ten_a' })).toEqual(plain());
  });

  test('refuses another context by name', async () => {
    const provider = localKeyProvider(rootKey(1), random);
    const wrapped = await provider.wrap(plain(), context);
    for (const other of [{ ...context, tenant: 'ten_b' }, { tenant: 'ten_a' }, { tenant: '1', version: 'ten_a' }])
      await expect(provider.unwrap(wrapped, other)).rejects.toMatchObject({ code: 'vault.misplaced' });
  });

  test('refuses another key and changed bytes', async () => {
    const provider = localKeyProvider(rootKey(1), random);
    const wrapped = await provider.wrap(plain(), context);
    const refused = { code: 'vault.tampered' };
    await expect(localKeyProvider(rootKey(2), random).unwrap(wrapped, context)).rejects.toMatchObject(refused);
    wrapped[25]! ^= 1;
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject(refused);
  });

  test('has an id that follows from the key and does not contain it', () => {
    const { keyId } = localKeyProvider(rootKey(1), random);
    expect(keyId).toMatch(/^local-[0-9a-f]{16}$/);
    expect(localKeyProvider(rootKey(1), random).keyId).toBe(keyId);
    expect(localKeyProvider(rootKey(2), random).keyId).not.toBe(keyId);
    expect(rootKey(1).export().toString('hex')).not.toContain(keyId.slice('local-'.length));
  });

  test('derives passwords that differ by purpose and by key, and are the same after a restart', () => {
    const password = derivedPassword(rootKey(1), 'role app').reveal();
    expect(password).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(derivedPassword(rootKey(1), 'role app').reveal()).toBe(password);
    expect(derivedPassword(rootKey(1), 'role inbox').reveal()).not.toBe(password);
    expect(derivedPassword(rootKey(2), 'role app').reveal()).not.toBe(password);
  });
});
