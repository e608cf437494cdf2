import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyServer } from '../../../test/support/key-server.ts';
import { type KmsServer, kmsServer } from '../../../test/support/kms-server.ts';
import { type TransitServer, transitServer } from '../../../test/support/transit-server.ts';
import { DeadlinePassed } from '../../kernel/clock.ts';
import { seededRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { socketWire, systemResolve, type Wire } from '../transport/index.ts';
import type { KeyProvider } from './key-provider.ts';
import type { KeyServiceDoors } from './key-service.ts';
import { kmsKeyProvider } from './kms-key-provider.ts';
import { transitKeyProvider } from './transit-key-provider.ts';

const context = { purpose: 'data key', tenant: 'ten_a', version: '1' };
const plain = () => seededRandom(7).bytes(32);
const unavailable = { code: 'vault.key_unavailable', message: expect.stringContaining('Nothing was changed') };

let wire: Wire;
let kms: KmsServer;
let transit: TransitServer;
beforeEach(async () => {
  wire = socketWire(systemResolve);
  [kms, transit] = await Promise.all([kmsServer(), transitServer()]);
});
afterEach(() => Promise.all([wire.close(), kms.close(), transit.close()]));

/** Pauses take no time, and are written down; a request that gets no answer has passed its deadline. */
function doors(server: KeyServer, pauses: number[] = []): KeyServiceDoors {
  const open = new Set<AbortController>();
  server.onSilent = () => {
    for (const one of open) one.abort(new DeadlinePassed(3_000));
  };
  return {
    wire,
    random: { fraction: () => 0.999 },
    clock: {
      sleep: async (ms) => void pauses.push(ms),
      deadline: () => {
        const controller = new AbortController();
        open.add(controller);
        return { signal: controller.signal, cancel: () => void open.delete(controller) };
      },
    },
  };
}

function kmsKey(arn: string, pauses?: number[], secret = kms.secretAccessKey): KeyProvider {
  const credentials = { accessKeyId: kms.accessKeyId, secretAccessKey: new Secret(secret), sessionToken: null };
  return kmsKeyProvider({ arn, endpoint: kms.url, credentials }, doors(kms, pauses));
}

function transitKey(key: string, pauses?: number[], token = transit.token): KeyProvider {
  const at = { url: transit.url, mount: 'transit', key, namespace: null, token: new Secret(token) };
  return transitKeyProvider(at, doors(transit, pauses));
}

interface Service {
  readonly name: string;
  readonly server: () => KeyServer;
  readonly make: (pauses?: number[]) => KeyProvider;
}

const services: readonly Service[] = [
  { name: 'AWS KMS', server: () => kms, make: (pauses) => kmsKey(kms.addKey(), pauses) },
  {
    name: 'HashiCorp Vault',
    server: () => transit,
    make: (pauses) => {
      transit.addKey('counterfoil');
      return transitKey('counterfoil', pauses);
    },
  },
];

describe.each(services)('$name', ({ server, make }) => {
  test('gives back what it wrapped, and what is stored does not contain it', async () => {
    const provider = make();
    const wrapped = await provider.wrap(plain(), context);
    expect(Buffer.from(wrapped).includes(Buffer.from(plain()))).toBe(false);
    expect(await provider.unwrap(wrapped, context)).toEqual(plain());
  });

  test('refuses another tenant', async () => {
    const provider = make();
    const wrapped = await provider.wrap(plain(), context);
    const read = provider.unwrap(wrapped, { ...context, tenant: 'ten_b' });
    await expect(read).rejects.toMatchObject({ code: expect.stringMatching(/^vault\.(misplaced|tampered)$/) });
  });

  test('refuses a changed byte anywhere', async () => {
    const provider = make();
    const wrapped = await provider.wrap(plain(), context);
    for (let i = 0; i < wrapped.length; i += 7) {
      const changed = wrapped.slice();
      changed[i]! ^= 1;
      await expect(provider.unwrap(changed, context), `byte ${i}`).rejects.toMatchObject({
        code: expect.stringMatching(/^vault\.(misplaced|tampered|key_refused)$/),
      });
    }
  });

  test.each(['throttle', 'error', 'silent', 'broken'] as const)('is asked again after: %s', async (fault) => {
    const pauses: number[] = [];
    const provider = make(pauses);
    const wrapped = await provider.wrap(plain(), context);
    server().plan(fault, fault);
    expect(await provider.unwrap(wrapped, context)).toEqual(plain());
    expect(pauses).toEqual([200, 400]);
  });

  test.each(['throttle', 'error', 'silent', 'broken'] as const)('is given up after four times: %s', async (fault) => {
    const provider = make();
    const before = server().requests();
    server().plan(fault, fault, fault, fault);
    await expect(provider.wrap(plain(), context)).rejects.toMatchObject(unavailable);
    expect(server().requests() - before).toBe(4);
    const wrapped = await provider.wrap(plain(), context);
    server().plan(fault, fault, fault, fault);
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject(unavailable);
  });
});

describe('AWS KMS in particular', () => {
  test.each([
    ['disabled', () => kms.disable, 'the key is disabled'],
    ['denied', () => kms.deny, 'lacks the permission'],
  ] as const)('a key that is %s is refused by name, for wrapping and unwrapping', async (_what, how, said) => {
    const arn = kms.addKey();
    const provider = kmsKey(arn);
    const wrapped = await provider.wrap(plain(), context);
    how()(arn);
    const refused = { code: 'vault.key_refused', message: expect.stringContaining(said) };
    await expect(provider.wrap(plain(), context)).rejects.toMatchObject(refused);
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject(refused);
  });

  test('a wrong secret is refused by the signature, and is in no message', async () => {
    const provider = kmsKey(kms.addKey(), [], 'sandbox-wrong-secret');
    const error = await provider.wrap(plain(), context).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_refused', message: expect.stringContaining('InvalidSignature') });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('sandbox-wrong-secret');
  });

  test('a data key of another key does not open', async () => {
    const wrapped = await kmsKey(kms.addKey()).wrap(plain(), context);
    await expect(kmsKey(kms.addKey()).unwrap(wrapped, context)).rejects.toMatchObject({ code: 'vault.tampered' });
  });

  test('after a rotation there the old data keys open, and new ones use the new material', async () => {
    const arn = kms.addKey();
    const provider = kmsKey(arn);
    const old = await provider.wrap(plain(), context);
    kms.rotate(arn);
    const young = await provider.wrap(plain(), context);
    expect([kms.versionOf(old), kms.versionOf(young)]).toEqual([1, 2]);
    expect(await provider.unwrap(old, context)).toEqual(plain());
    expect(await provider.unwrap(young, context)).toEqual(plain());
  });
});

describe('HashiCorp Vault in particular', () => {
  test('a wrong token is refused, and is in no message', async () => {
    transit.addKey('counterfoil');
    const error = await transitKey('counterfoil', [], 'sandbox-wrong-token')
      .wrap(plain(), context)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_refused', message: expect.stringContaining('token') });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('sandbox-wrong-token');
  });

  test('a key without permission, and one that is not there, are refused', async () => {
    transit.addKey('counterfoil');
    transit.deny('counterfoil');
    for (const name of ['counterfoil', 'elsewhere'])
      await expect(transitKey(name).wrap(plain(), context)).rejects.toMatchObject({ code: 'vault.key_refused' });
  });

  test('after a rotation there the old data keys open, until their version is disallowed', async () => {
    transit.addKey('counterfoil');
    const provider = transitKey('counterfoil');
    const old = await provider.wrap(plain(), context);
    transit.rotate('counterfoil');
    const young = await provider.wrap(plain(), context);
    expect(await provider.unwrap(old, context)).toEqual(plain());
    transit.allowFrom('counterfoil', 2);
    await expect(provider.unwrap(old, context)).rejects.toMatchObject({
      code: 'vault.key_refused',
      message: expect.stringContaining('no longer allowed'),
    });
    expect(await provider.unwrap(young, context)).toEqual(plain());
  });

  test('a sealed server is one that does not answer', async () => {
    transit.addKey('counterfoil');
    transit.seal();
    await expect(transitKey('counterfoil').wrap(plain(), context)).rejects.toMatchObject(unavailable);
  });

  test('an answer that is no Vault’s is told by name', async () => {
    const provider = transitKeyProvider(
      { url: kms.url, mount: 'transit', key: 'counterfoil', namespace: null, token: new Secret('sandbox') },
      doors(kms),
    );
    await expect(provider.wrap(plain(), context)).rejects.toMatchObject({ code: 'vault.key_refused' });
  });
});
