import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32 } from './base32.ts';
import { derivedHash, ID_PREFIXES, type IdPrefix, idMaker } from './ids.ts';
import { seededRandom } from './random.ts';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

function makeAt(now: number, seed = 1) {
  return idMaker({ now: () => now }, seededRandom(seed));
}

describe('fresh ids', () => {
  test('those made later sort later', () => {
    fc.assert(
      fc.property(instant, instant, fc.integer(), fc.integer(), (a, b, seedA, seedB) => {
        if (a === b) return;
        const earlier = makeAt(Math.min(a, b), seedA)('evt');
        const later = makeAt(Math.max(a, b), seedB)('evt');
        expect(earlier < later).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('two of one millisecond differ', () => {
    const make = makeAt(1_772_422_200_000);
    const ids = new Set(Array.from({ length: 10_000 }, () => make('dlv')));
    expect(ids.size).toBe(10_000);
  });

  test.each(Object.keys(ID_PREFIXES) as IdPrefix[])('%s names what it is and has 128 bits behind it', (prefix) => {
    expect(makeAt(1_772_422_200_000)(prefix)).toMatch(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  test('they are UUIDs of version 7: 48 bits of time, version and variant', () => {
    // 0x0192_3456_789a milliseconds, and no randomness: only version (7) and variant (2 bits) are set.
    const make = idMaker({ now: () => 0x01923456789a }, { bytes: (length) => new Uint8Array(length) });
    const uuid = Uint8Array.from([0x01, 0x92, 0x34, 0x56, 0x78, 0x9a, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]);
    expect(make('con')).toBe(`con_${base32(uuid)}`);
  });
});

describe('derived hashes', () => {
  test('they have 32 characters and are the same for the same parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        expect(derivedHash(parts)).toMatch(/^[0-9a-z]{32}$/);
        expect(derivedHash([...parts])).toBe(derivedHash(parts));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a boundary that shifts gives another hash', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(), (text, a, b) => {
        const [at, other] = [a % (text.length + 1), b % (text.length + 1)];
        if (at === other) return;
        const split = (where: number) => [text.slice(0, where), text.slice(where)];
        expect(derivedHash(split(at))).not.toBe(derivedHash(split(other)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('parts that look like their own lengths do not collide', () => {
    expect(derivedHash(['a', 'b'])).not.toBe(derivedHash(['a|1:b']));
    expect(derivedHash(['', 'a'])).not.toBe(derivedHash(['a', '']));
    expect(derivedHash(['a'])).not.toBe(derivedHash(['a', '']));
  });
});

describe('base32', () => {
  test.each([
    [[], ''],
    [[0], '00'],
    [[0xff], 'zw'],
    [[0x01, 0x92], '0690'],
  ])('%j is %j', (bytes, text) => {
    expect(base32(Uint8Array.from(bytes))).toBe(text);
  });

  test('it keeps the order of bytes of one length', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(Buffer.compare(a, b))).toBe(base32(a) < base32(b) ? -1 : Number(base32(a) > base32(b)));
      }),
      { numRuns: 1_000 },
    );
  });
});
