import { describe, expect, test } from 'vitest';
import type { TenantId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import type { KeyProvider } from './key-provider.ts';
import { localKeyProvider } from './local-key-provider.ts';
import { toKey } from './master-key.ts';
import { memoryVaultStore } from './memory-vault-store.ts';
import { createVault, type SealedPlace } from './vault.ts';
import type { NewDataKey, VaultStore } from './vault-store.ts';

const alice: TenantId = 'ten_alice';
const bob: TenantId = 'ten_bob';
const place: SealedPlace = { table: 'credentials', rowId: 'con_1', field: 'api_key' };
const secret = new Secret('sk_test_sandbox');
const unreadable = { code: 'vault.unreadable' };
const misplaced = { code: 'vault.misplaced' };
const gone = { code: 'vault.data_key_gone' };

function localKey(seed = 1): KeyProvider {
  return localKeyProvider(toKey(seededRandom(seed).bytes(32)), seededRandom(100 + seed));
}

function vaultOn(store: VaultStore, keyProvider = localKey(), seed = 50) {
  return createVault({ keyProvider, store, random: seededRandom(seed) });
}

/** Counts how often a key is unwrapped, which is a call to the outside with a remote provider. */
function counting(provider: KeyProvider) {
  const counts = { unwraps: 0 };
  const counted: KeyProvider = {
    ...provider,
    unwrap: (wrapped, context) => {
      counts.unwraps += 1;
      return provider.unwrap(wrapped, context);
    },
  };
  return { counted, counts };
}

describe('the vault', () => {
  test.each([['sk_test_sandbox'], [''], ['\uFEFFwith a mark, Ünïcode and 🔑'], ['x'.repeat(100_000)]])(
    'opens what it sealed, also after a restart',
    async (text) => {
      const store = memoryVaultStore();
      const sealed = await vaultOn(store).seal(alice, place, new Secret(text));
      expect((await vaultOn(store).open(alice, place, sealed)).reveal()).toBe(text);
    },
  );

  test('a changed byte anywhere is refused', async () => {
    const vault = vaultOn(memoryVaultStore());
    const { ciphertext, keyVersion } = await vault.seal(alice, place, secret);
    for (let i = 0; i < ciphertext.length; i += 1) {
      const changed = ciphertext.slice();
      changed[i]! ^= 1;
      const refused = i >= 1 && i <= 8 ? misplaced : { code: 'vault.tampered' };
      await expect(vault.open(alice, place, { ciphertext: changed, keyVersion }), `byte ${i}`).rejects.toMatchObject(
        refused,
      );
    }
  });

  test.each([
    ['table', { ...place, table: 'webhook_endpoints' }],
    ['row', { ...place, rowId: 'con_2' }],
    ['field', { ...place, field: 'webhook_secret' }],
  ])('a value copied to another %s is refused', async (_what, elsewhere) => {
    const vault = vaultOn(memoryVaultStore());
    const sealed = await vault.seal(alice, place, secret);
    await expect(vault.open(alice, elsewhere, sealed)).rejects.toMatchObject(misplaced);
  });

  test('a value copied to another tenant is refused, also with the data key copied', async () => {
    const store = memoryVaultStore();
    const vault = vaultOn(store);
    const sealed = await vault.seal(alice, place, secret);
    await expect(vault.open(bob, place, sealed), 'no key').rejects.toMatchObject(gone);
    await store.dataKeys.addUnlessTaken({ ...(await store.dataKeys.newest(alice))!, tenantId: bob });
    await expect(vault.open(bob, place, sealed), 'copied key').rejects.toMatchObject(misplaced);
  });

  test('a value moved to another key version is refused, also when that has the same key', async () => {
    const store = memoryVaultStore();
    const keyProvider = localKey();
    const vault = vaultOn(store, keyProvider);
    const sealed = await vault.seal(alice, place, secret);
    await expect(vault.open(alice, place, { ...sealed, keyVersion: 2 }), 'no such key').rejects.toMatchObject(gone);
    const first = (await store.dataKeys.newest(alice))!.wraps[0]!;
    const contextOf = (version: string) => ({ purpose: 'data key', tenant: alice, version });
    const plain = await keyProvider.unwrap(first.wrapped, contextOf('1'));
    const wrapped = await keyProvider.wrap(plain, contextOf('2'));
    await store.dataKeys.addUnlessTaken({ tenantId: alice, version: 2, wraps: [{ ...first, wrapped }] });
    await expect(vault.open(alice, place, { ...sealed, keyVersion: 2 }), 'same key').rejects.toMatchObject(misplaced);
  });

  test('the same secret looks different each time', async () => {
    const vault = vaultOn(memoryVaultStore());
    const [a, b] = [await vault.seal(alice, place, secret), await vault.seal(alice, place, secret)];
    expect(a.ciphertext).not.toEqual(b.ciphertext);
  });

  test('each tenant has a data key of its own, and the store never sees it plain', async () => {
    const store = memoryVaultStore();
    const keyProvider = localKey();
    const vault = vaultOn(store, keyProvider);
    await vault.seal(alice, place, secret);
    await vault.seal(bob, place, secret);
    const keys = await Promise.all(
      [alice, bob].map(async (tenant) => {
        const { wraps, version } = (await store.dataKeys.newest(tenant))!;
        const { wrapped } = wraps[0]!;
        const plain = await keyProvider.unwrap(wrapped, { purpose: 'data key', tenant, version: String(version) });
        expect(Buffer.from(wrapped).includes(Buffer.from(plain))).toBe(false);
        return plain;
      }),
    );
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test('processes that seal a tenant’s first secrets at once end with one data key, and each opens the others’', async () => {
    const store = memoryVaultStore();
    const vaults = Array.from({ length: 8 }, (_, i) => vaultOn(store, localKey(), 50 + i));
    const sealed = await Promise.all(vaults.map((vault) => vault.seal(alice, place, secret)));
    for (const vault of vaults) {
      for (const one of sealed) expect((await vault.open(alice, place, one)).reveal()).toBe('sk_test_sandbox');
    }
    expect((await store.dataKeys.newest(alice))?.version).toBe(1);
  });

  test('seals with the newest data key and opens with the older ones', async () => {
    const store = memoryVaultStore();
    const keyProvider = localKey();
    const vault = vaultOn(store, keyProvider);
    const old = await vault.seal(alice, place, secret);
    const context = { purpose: 'data key', tenant: alice, version: '2' };
    const wrapped = await keyProvider.wrap(seededRandom(8).bytes(32), context);
    await store.dataKeys.addUnlessTaken({
      tenantId: alice,
      version: 2,
      wraps: [{ wrapped, keyId: keyProvider.keyId }],
    });
    const young = await vault.seal(alice, place, secret);
    expect([old.keyVersion, young.keyVersion]).toEqual([1, 2]);
    expect((await vault.open(alice, place, old)).reveal()).toBe('sk_test_sandbox');
    expect((await vault.open(alice, place, young)).reveal()).toBe('sk_test_sandbox');
  });

  test('unwraps a data key once, however often it is used', async () => {
    const { counted, counts } = counting(localKey());
    const vault = vaultOn(memoryVaultStore(), counted);
    const sealed = await vault.seal(alice, place, secret);
    for (let i = 0; i < 5; i += 1) await vault.open(alice, place, sealed);
    expect(counts.unwraps).toBe(1);
  });

  test('a data key whose row is gone is not used from memory', async () => {
    const store = memoryVaultStore();
    const vault = vaultOn(store);
    const sealed = await vault.seal(alice, place, secret);
    await expect(vault.open(alice, place, sealed, memoryVaultStore().dataKeys)).rejects.toMatchObject(gone);
  });

  test('a data key made in a transaction that was rolled back is not used afterwards', async () => {
    const store = memoryVaultStore();
    const vault = vaultOn(store);
    const rolledBack = memoryVaultStore();
    await vault.seal(alice, place, secret, rolledBack.dataKeys);
    const sealed = await vault.seal(alice, place, secret);
    expect((await vaultOn(store).open(alice, place, sealed)).reveal()).toBe('sk_test_sandbox');
  });

  test('a data key of another key-encryption key is refused by name', async () => {
    const store = memoryVaultStore();
    const sealed = await vaultOn(store, localKey(1)).seal(alice, place, secret);
    const { code, message } = await vaultOn(store, localKey(2))
      .open(alice, place, sealed)
      .catch((error) => error);
    expect(code).toBe('vault.key_wrong');
    expect(message).toContain(localKey(1).keyId);
    expect(message).toContain(localKey(2).keyId);
  });

  test('a data key that unwraps to a wrong length is refused', async () => {
    const store = memoryVaultStore();
    const keyProvider = localKey();
    const wrapped = await keyProvider.wrap(new Uint8Array(16), { purpose: 'data key', tenant: alice, version: '1' });
    const record: NewDataKey = { tenantId: alice, version: 1, wraps: [{ wrapped, keyId: keyProvider.keyId }] };
    await store.dataKeys.addUnlessTaken(record);
    await expect(vaultOn(store, keyProvider).seal(alice, place, secret)).rejects.toMatchObject(unreadable);
  });

  test('errors name the place and never the secret', async () => {
    const vault = vaultOn(memoryVaultStore());
    const { ciphertext, keyVersion } = await vault.seal(alice, place, secret);
    ciphertext[15]! ^= 1;
    const error = await vault.open(alice, place, { ciphertext, keyVersion }).catch((thrown) => thrown);
    expect(error.message).toContain('api_key of con_1');
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('sandbox');
  });
});
