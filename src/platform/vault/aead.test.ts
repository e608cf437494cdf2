import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { decrypt, encrypt, KEY_BYTES } from './aead.ts';
import { toKey } from './master-key.ts';

const key = toKey(seededRandom(1).bytes(KEY_BYTES));
const otherKey = toKey(seededRandom(2).bytes(KEY_BYTES));
const plain = new TextEncoder().encode('sk_test_sandbox');
const binding = ['ten_a', 'credentials', 'con_1', 'api_key', '1'];

function sealed(random = seededRandom(3)): Uint8Array {
  return encrypt({ key, plain, binding, random });
}

describe('authenticated encryption', () => {
  test('gives back what was encrypted', () => {
    expect(decrypt({ key, sealed: sealed(), binding })).toEqual(plain);
  });

  test('handles an empty text', () => {
    const empty = encrypt({ key, plain: new Uint8Array(), binding, random: seededRandom(4) });
    expect(decrypt({ key, sealed: empty, binding })).toEqual(new Uint8Array());
  });

  test('does not contain the text', () => {
    expect(Buffer.from(sealed()).includes(Buffer.from('sandbox'))).toBe(false);
  });

  test('a changed bit in any byte is refused', () => {
    const original = sealed();
    for (let i = 0; i < original.length; i += 1) {
      for (const bit of [1, 0x80]) {
        const changed = original.slice();
        changed[i]! ^= bit;
        expect(decrypt({ key, sealed: changed, binding }), `byte ${i}`).toBeNull();
      }
    }
  });

  test('a cut or lengthened text is refused', () => {
    const original = sealed();
    for (let length = 0; length < original.length; length += 1) {
      expect(decrypt({ key, sealed: original.subarray(0, length), binding }), `${length} bytes`).toBeNull();
    }
    expect(decrypt({ key, sealed: Uint8Array.of(...original, 0), binding })).toBeNull();
  });

  test('another key does not open it', () => {
    expect(decrypt({ key: otherKey, sealed: sealed(), binding })).toBeNull();
  });

  test('another binding does not open it, also when the joined text is the same', () => {
    const others = [
      ...binding.map((_, i) => binding.map((part, at) => (at === i ? `${part}x` : part))),
      ['ten_ac', 'redentials', 'con_1', 'api_key', '1'],
      ['ten_a', 'credentials', 'con_1', 'api_key1'],
      ['ten_a', 'credentials', 'con_1', 'api_key', '1', ''],
      [],
    ];
    for (const other of others) expect(decrypt({ key, sealed: sealed(), binding: other })).toBeNull();
  });

  test('each encryption uses a nonce of its own', () => {
    const random = seededRandom(5);
    const nonces = Array.from({ length: 1_000 }, () => Buffer.from(sealed(random).subarray(1, 13)).toString('hex'));
    expect(new Set(nonces).size).toBe(1_000);
  });

  test('a source of randomness that gives too little is not used', () => {
    expect(() => encrypt({ key, plain, binding, random: { bytes: () => new Uint8Array(4) } })).toThrow(/nonce/);
  });
});
