import { isCounterfoilError } from '../../../src/kernel/errors.ts';
import type { TenantId } from '../../../src/kernel/ids.ts';
import { DataKeys } from '../../../src/platform/vault/data-keys.ts';
import type { KeyRotation } from '../store/keys.ts';
import type { Process } from './installation.ts';
import type { World } from './world.ts';

function dataKeysOf({ keyring, doors }: Process): DataKeys {
  return new DataKeys(keyring, doors.random, doors.clock);
}

/**
 * Exchanges the key-encryption key, as `rotateKey` and a retirement after it do: one more key opens everything, then it
 * is the only one. Whoever comes after a process that died in the middle goes on.
 */
export async function exchangeKey(world: World, process: Process, rotation: KeyRotation): Promise<void> {
  const dataKeys = dataKeysOf(process);
  const target = world.keys.next(process.doors.random);
  for (;;) {
    const missing = await world.act(process, 'rotation.notWrappedBy', () => rotation.notWrappedBy(target.keyId));
    for (const record of missing) {
      const wrap = await dataKeys.wrapFor(record, target);
      await world.act(process, 'rotation.addWrap', () => rotation.addWrap(record, wrap));
    }
    if (missing.length === 0 && (await retired(world, process, rotation, target.keyId))) break;
  }
  world.keys.promote(target.keyId);
  world.sometimes.note('the key-encryption key is exchanged');
}

/** False when a data key was made meanwhile by a process that has the old key only. Another exchange may be ahead. */
async function retired(world: World, process: Process, rotation: KeyRotation, keyId: string): Promise<boolean> {
  try {
    await world.act(process, 'rotation.retireAllBut', async () => {
      if (world.keys.isNewest(keyId)) await rotation.retireAllBut(keyId);
    });
    return true;
  } catch (error) {
    if (isCounterfoilError(error) && error.code === 'vault.rotation_open') return false;
    throw error;
  }
}

/** Gives a tenant a new data key, seals everything with it one by one and takes the old ones away. */
export async function exchangeDataKey(
  world: World,
  process: Process,
  rotation: KeyRotation,
  tenantId: TenantId,
): Promise<void> {
  const dataKeys = dataKeysOf(process);
  const newest = await process.dataKeys.newest(tenantId);
  if (newest === null) return;
  const version = newest.version + 1;
  await dataKeys.add(tenantId, version, process.dataKeys);
  const { vault } = process.doors;
  while (await world.act(process, 'rotation.sealOneAnew', () => rotation.sealOneAnew(tenantId, version, vault)));
  await world.act(process, 'rotation.removeOld', () => rotation.removeOld(tenantId, version));
  world.sometimes.note('a data key is exchanged');
}
