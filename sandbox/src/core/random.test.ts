import { describe, expect, test } from 'vitest';
import { createRandom } from './random.ts';

describe('a seeded generator', () => {
  test('gives the published numbers of splitmix64 for seed 1234567', () => {
    const random = createRandom(1234567);
    expect([random.u64(), random.u64(), random.u64()]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
    ]);
  });

  test('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: string) => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('goes on from a stored state', () => {
    const random = createRandom(9);
    random.next();
    const state = random.state();
    const expected = [random.next(), random.next()];
    const other = createRandom(1);
    other.setState(state);
    expect([other.next(), other.next()]).toEqual(expected);
  });

  test('stays within bounds and reaches both ends', () => {
    const random = createRandom(3);
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(2, 5)));
    expect([...drawn].sort()).toEqual([2, 3, 4, 5]);
  });

  test('draws in a fork do not shift the parent', () => {
    const used = createRandom(4);
    used.fork('faults').next();
    expect(used.next()).toBe(createRandom(4).next());
    expect(createRandom(4).fork('x').next()).not.toBe(createRandom(4).fork('y').next());
  });
});
