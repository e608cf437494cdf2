import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedIndex } from './ordered-index.ts';

test('a window gives what a plain filter gives, after any adds and removes', () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 30 }));
  const windows = fc.tuple(fc.integer({ min: -1, max: 10 }), fc.integer({ min: -1, max: 10 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), windows, (steps, [from, to]) => {
      const index = new OrderedIndex<number, number>();
      const held = new Map<string, readonly [number, number]>();
      for (const [adds, key, value] of steps) {
        if (adds) index.add(key, value);
        else index.remove(key, value);
        if (adds) held.set(`${key}/${value}`, [key, value]);
        else held.delete(`${key}/${value}`);
      }
      const wanted = [...held.values()].filter(([key]) => key >= from && key <= to).map(([, value]) => value);
      expect([...index.between(from, to)].toSorted()).toEqual(wanted.toSorted());
    }),
  );
});
