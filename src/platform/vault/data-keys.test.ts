import { beforeEach, describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { DataKeys, FRESH_MS, USABLE_MS } from './data-keys.ts';
import { localKey } from './fixtures/local-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { keyringOf, reloadingKeyring } from './keyring.ts';
import { memoryVaultStore } from './memory-vault-store.ts';

const tenantId: TenantId = 'ten_a';
const [firstKey, secondKey, thirdKey] = [localKey(1), localKey(2), localKey(3)];

/** A provider whose service can be switched off, and that counts what it is asked. */
function service(provider: KeyProvider) {
  const state = { trouble: null as 'vault.key_unavailable' | 'vault.key_refused' | null, unwraps: 0 };
  const unwrap: KeyProvider['unwrap'] = async (wrapped, context) => {
    state.unwraps += 1;
    if (state.trouble) throw new CounterfoilError(state.trouble);
    return provider.unwrap(wrapped, context);
  };
  return { state, provider: { ...provider, unwrap } };
}

let now: number;
beforeEach(() => {
  now = 0;
});
const clock = { now: () => now };

describe('an unwrapped key in memory', () => {
  async function opened() {
    const { state, provider } = service(firstKey);
    const { dataKeys: store } = memoryVaultStore();
    const keys = new DataKeys(keyringOf(provider), seededRandom(1), clock);
    await keys.forSealing(tenantId, store);
    return { state, open: () => keys.forOpening(tenantId, 1, store) };
  }

  test('is asked for again when it is no longer fresh', async () => {
    const { state, open } = await opened();
    now = FRESH_MS - 1;
    await open();
    expect(state.unwraps).toBe(1);
    now = FRESH_MS;
    await open();
    expect(state.unwraps).toBe(2);
    now += FRESH_MS - 1;
    await open();
    expect(state.unwraps).toBe(2);
  });

  test('outlives an outage of its service, for a while', async () => {
    const { state, open } = await opened();
    state.trouble = 'vault.key_unavailable';
    now = USABLE_MS - 1;
    await open();
    now = USABLE_MS;
    await expect(open()).rejects.toMatchObject({ code: 'vault.key_unavailable' });
    state.trouble = null;
    await open();
  });

  test('is not used any more when its service refuses it', async () => {
    const { state, open } = await opened();
    state.trouble = 'vault.key_refused';
    now = FRESH_MS - 1;
    await open();
    now = FRESH_MS;
    await expect(open()).rejects.toMatchObject({ code: 'vault.key_refused' });
  });
});

describe('a data key with several wrappings', () => {
  test('is opened by the second when the service of the first does not answer', async () => {
    const { state, provider } = service(firstKey);
    const { dataKeys: store } = memoryVaultStore();
    const made = new DataKeys(keyringOf(provider, secondKey), seededRandom(1), clock);
    const { key } = await made.forSealing(tenantId, store);
    expect((await store.newest(tenantId))?.wraps.map(({ keyId }) => keyId)).toEqual([firstKey.keyId, secondKey.keyId]);
    state.trouble = 'vault.key_unavailable';
    const other = new DataKeys(keyringOf(provider, secondKey), seededRandom(2), clock);
    expect((await other.forOpening(tenantId, 1, store)).equals(key)).toBe(true);
    const alone = new DataKeys(keyringOf(provider), seededRandom(3), clock);
    await expect(alone.forOpening(tenantId, 1, store)).rejects.toMatchObject({ code: 'vault.key_unavailable' });
  });

  test('is opened by a key that was put in place meanwhile, and old keys are kept', async () => {
    const { dataKeys: store } = memoryVaultStore();
    await new DataKeys(keyringOf(secondKey), seededRandom(1), clock).forSealing(tenantId, store);
    let loads = 0;
    const keyring = reloadingKeyring([firstKey], async () => {
      loads += 1;
      return [secondKey];
    });
    const keys = new DataKeys(keyring, seededRandom(2), clock);
    await keys.forOpening(tenantId, 1, store);
    expect(keyring.held().map(({ keyId }) => keyId)).toEqual([secondKey.keyId, firstKey.keyId]);
    expect(await keyring.find(firstKey.keyId)).not.toBeNull();
    expect(loads).toBe(1);
    expect(await keyring.find(thirdKey.keyId)).toBeNull();
    expect(loads).toBe(2);
  });
});
