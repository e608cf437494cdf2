import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { seededRandom } from '../../kernel/random.ts';
import { decrypt, encrypt, KEY_BYTES } from './aead.ts';

const key = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES }).map((bytes) => createSecretKey(bytes));
const plain = fc.uint8Array({ maxLength: 100 });
const binding = fc.array(fc.string({ unit: 'grapheme', maxLength: 10 }), { maxLength: 4 });
const random = fc.integer().map((seed) => seededRandom(seed));

property(
  'vault: what is sealed is opened again by the same key and place',
  [key, plain, binding, random],
  (one, text, place, chance) => {
    const sealed = encrypt({ key: one, plain: text, binding: place, random: chance });
    expect(decrypt({ key: one, sealed, binding: place })).toEqual(text);
  },
);

property(
  'vault: one changed bit opens nothing, and neither does a shorter text',
  [key, plain, binding, random, fc.nat()],
  (one, text, place, chance, bit) => {
    const sealed = encrypt({ key: one, plain: text, binding: place, random: chance });
    const changed = Uint8Array.from(sealed);
    const at = Math.floor(bit / 8) % changed.length;
    changed[at] = changed[at]! ^ (1 << (bit % 8));
    expect(decrypt({ key: one, sealed: changed, binding: place })).toBeNull();
    expect(decrypt({ key: one, sealed: sealed.subarray(0, at), binding: place })).toBeNull();
  },
);

property(
  'vault: another key or another place opens nothing',
  [key, key, plain, binding, binding, random],
  (one, other, text, place, elsewhere, chance) => {
    const sealed = encrypt({ key: one, plain: text, binding: place, random: chance });
    if (!one.equals(other)) expect(decrypt({ key: other, sealed, binding: place })).toBeNull();
    if (JSON.stringify(place) !== JSON.stringify(elsewhere))
      expect(decrypt({ key: one, sealed, binding: elsewhere })).toBeNull();
  },
);
