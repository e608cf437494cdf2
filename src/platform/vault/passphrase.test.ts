import { expect, test } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { deriveKey, newParameters, readParameters, writeParameters } from './passphrase.ts';

const parameters = newParameters(seededRandom(1));
const keyOf = async (text: string, from = parameters) =>
  (await deriveKey(new Secret(text), from, 'test')).key.export().toString('hex');

test('the same passphrase and parameters give the same key, also after they were stored', async () => {
  const stored = readParameters(writeParameters(parameters));
  expect(stored).toEqual(parameters);
  expect(await keyOf('sandbox passphrase', stored)).toBe(await keyOf('sandbox passphrase'));
});

test('another passphrase or another salt gives another key', async () => {
  const other = newParameters(seededRandom(2));
  const keys = [await keyOf('sandbox one'), await keyOf('sandbox two'), await keyOf('sandbox one', other)];
  expect(new Set(keys).size).toBe(3);
});

test('letters that are typed as one code point or as two give one key', async () => {
  expect(await keyOf('sandb\u00f6x')).toBe(await keyOf('sandbo\u0308x'));
});

test('the key is Argon2id of RFC 9106 with the stored parameters', async () => {
  const { argon2Sync } = (await import('node:crypto')) as unknown as {
    argon2Sync?: (algorithm: string, options: object) => Buffer;
  };
  if (!argon2Sync) throw new Error('this runtime has no Argon2 to compare with');
  const { salt, memory_KiB, passes, lanes } = parameters;
  const expected = argon2Sync('argon2id', {
    message: 'sandbox passphrase',
    nonce: Buffer.from(salt, 'base64'),
    memory: memory_KiB,
    passes,
    parallelism: lanes,
    tagLength: 32,
  });
  expect(await keyOf('sandbox passphrase')).toBe(expected.toString('hex'));
});

test.each([
  ['weaker ones', { ...parameters, memory_KiB: 1_024 }],
  ['ones that would take the machine down', { ...parameters, memory_KiB: 64 * 1_024 * 1_024 }],
  ['a short salt', { ...parameters, salt: 'AAAA' }],
  ['another algorithm', { ...parameters, algorithm: 'argon2i' }],
  ['none', null],
])('stored parameters are refused: %s', (_name, changed) => {
  const text = changed === null ? null : JSON.stringify(changed);
  expect(() => readParameters(text)).toThrow(expect.objectContaining({ code: 'vault.key_wrong' }));
});
