import { describe, expect, test } from 'vitest';
import { base32 } from './base32.ts';
import { derivedHash, ID_PREFIXES, type IdPrefix, idMaker } from './ids.ts';
import { seededRandom } from './random.ts';

function makeAt(now: number, seed = 1) {
  return idMaker({ now: () => now }, seededRandom(seed));
}

describe('fresh ids', () => {
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
});
