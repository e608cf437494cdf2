import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/kernel/random.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { DataKeys } from '../../../src/platform/vault/data-keys.ts';
import { createVault, keyringOf, localKeyProvider } from '../../../src/platform/vault/index.ts';
import { MASTER_KEY } from '../master-key.ts';
import { loadCredential, storeCredential } from './credentials.ts';
import { memoryKeys } from './keys.ts';
import { MemoryTables } from './tables.ts';

const TENANT = 'ten_1';
const HOLDER = { id: 'con_1', tenantId: TENANT } as const;

/** One sealed credential of a tenant, under its first data key. */
async function start() {
  const tables = new MemoryTables();
  const { dataKeys, rotation } = memoryKeys(tables);
  const random = seededRandom(3);
  const keyProvider = localKeyProvider(MASTER_KEY, random);
  const vault = createVault({ keyProvider, store: { dataKeys }, random });
  const doors = { vault, dataKeys };
  await storeCredential(tables, doors, { ...HOLDER, field: 'token' }, new Secret('worth keeping'));
  const first = (await dataKeys.newest(TENANT))!;
  const opened = async () => (await loadCredential(tables, doors, HOLDER, 'token'))?.reveal();
  const maker = new DataKeys(keyringOf(keyProvider), random, { now: () => 0 });
  const adds = (version: number) => maker.add(TENANT, version, dataKeys);
  return { vault, adds, dataKeys, rotation, first, opened };
}

describe('keys in memory', () => {
  test('a key-encryption key is not the only one before it opens every data key', async () => {
    const { rotation, first, dataKeys } = await start();
    await expect(rotation.retireAllBut('next')).rejects.toMatchObject({ code: 'vault.rotation_open' });
    expect(await rotation.notWrappedBy('next')).toEqual([first]);
    await rotation.addWrap(first, { keyId: 'next', wrapped: new Uint8Array(1) });
    await rotation.retireAllBut('next');
    expect((await dataKeys.newest(TENANT))?.wraps.map(({ keyId }) => keyId)).toEqual(['next']);
    await expect(dataKeys.addUnlessTaken({ ...first, version: 2 })).rejects.toMatchObject({ code: 'vault.key_wrong' });
  });

  test('a data key goes when everything is sealed anew, and not before', async () => {
    const { vault, adds, dataKeys, rotation, opened } = await start();
    await adds(2);
    await rotation.removeOld(TENANT, 2);
    expect(await dataKeys.find(TENANT, 1)).not.toBeNull();
    expect(await rotation.sealOneAnew(TENANT, 2, vault)).toBe(true);
    expect(await rotation.sealOneAnew(TENANT, 2, vault)).toBe(false);
    await rotation.removeOld(TENANT, 2);
    expect(await dataKeys.find(TENANT, 1)).toBeNull();
    expect(await opened()).toBe('worth keeping');
  });
});
