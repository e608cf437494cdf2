import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { base32 } from './base32.ts';
import { derivedHash, idMaker } from './ids.ts';
import { seededRandom } from './random.ts';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

function makeAt(now: number, seed: number) {
  return idMaker({ now: () => now }, seededRandom(seed));
}

property('ids: those made later sort later', [instant, instant, fc.integer(), fc.integer()], (a, b, seedA, seedB) => {
  if (a === b) return;
  const earlier = makeAt(Math.min(a, b), seedA)('evt');
  const later = makeAt(Math.max(a, b), seedB)('evt');
  expect(earlier < later).toBe(true);
});

property(
  'ids: derived hashes have 32 characters and follow from their parts alone',
  [fc.array(fc.string())],
  (parts) => {
    expect(derivedHash(parts)).toMatch(/^[0-9a-z]{32}$/);
    expect(derivedHash([...parts])).toBe(derivedHash(parts));
  },
);

property(
  'ids: a boundary that shifts gives another hash',
  [fc.string({ minLength: 1 }), fc.nat(), fc.nat()],
  (text, a, b) => {
    const [at, other] = [a % (text.length + 1), b % (text.length + 1)];
    if (at === other) return;
    const split = (where: number) => [text.slice(0, where), text.slice(where)];
    expect(derivedHash(split(at))).not.toBe(derivedHash(split(other)));
  },
);

property('ids: base32 keeps the order of bytes of one length', [bytes, bytes], (a, b) => {
  expect(Math.sign(Buffer.compare(a, b))).toBe(base32(a) < base32(b) ? -1 : Number(base32(a) > base32(b)));
});
