import { describe, expect, test } from 'vitest';
import { type Mutation, plain, Store } from './store.ts';

function twoTables() {
  const store = new Store();
  return { store, left: store.table('left', plain<number>()), right: store.table('right', plain<number>()) };
}

describe('the store', () => {
  test('undoes everything when the work fails', () => {
    const { store, left, right } = twoTables();
    store.atomically(() => left.set('a', 1));
    expect(() =>
      store.atomically(() => {
        left.set('a', 2);
        right.set('b', 3);
        left.delete('a');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect([left.get('a'), right.get('b')]).toEqual([1, undefined]);
  });

  test('undoes only the inner part when an inner part fails', () => {
    const { store, left } = twoTables();
    store.atomically(() => {
      left.set('a', 1);
      expect(() =>
        store.atomically(() => {
          left.set('a', 2);
          throw new Error('no');
        }),
      ).toThrow();
      left.set('b', 5);
    });
    expect([left.get('a'), left.get('b')]).toEqual([1, 5]);
  });

  test('refuses a write outside an atomic step', () => {
    const { left } = twoTables();
    expect(() => left.set('a', 1)).toThrow('outside');
  });

  test('tells one mutation for each outermost step that changed something', () => {
    const { store, left, right } = twoTables();
    const mutations: Mutation[] = [];
    store.onCommit((mutation) => mutations.push(mutation));
    store.atomically(() => {
      left.set('a', 1);
      left.set('a', 2);
      store.atomically(() => right.set('b', 3));
    });
    store.atomically(() => left.get('a'));
    store.atomically(() => right.delete('b'));
    expect(mutations).toEqual([
      {
        seq: 1,
        writes: [
          ['left', 'a', 2],
          ['right', 'b', 3],
        ],
      },
      { seq: 2, writes: [['right', 'b', null]] },
    ]);
  });

  test('is the same again from a snapshot and the mutations after it', () => {
    const { store, left } = twoTables();
    store.atomically(() => left.set('a', 1));
    const snapshot = JSON.parse(JSON.stringify(store.snapshot()));
    const mutations: Mutation[] = [];
    store.onCommit((mutation) => mutations.push(mutation));
    store.atomically(() => left.set('b', 2));
    store.atomically(() => left.delete('a'));
    const copy = twoTables();
    copy.store.restore(snapshot);
    for (const mutation of [mutations[0]!, mutations[0]!, mutations[1]!]) copy.store.apply(mutation);
    expect(copy.store.snapshot()).toEqual(store.snapshot());
    expect(() => copy.store.apply({ seq: 9, writes: [] })).toThrow('does not follow');
  });

  test('keeps indexes right through undo and restore', () => {
    const { store, left } = twoTables();
    let sum = 0;
    left.onChange((_key, before, after) => {
      sum += (after ?? 0) - (before ?? 0);
    });
    store.atomically(() => left.set('a', 4));
    expect(() =>
      store.atomically(() => {
        left.set('a', 40);
        throw new Error('no');
      }),
    ).toThrow();
    expect(sum).toBe(4);
    store.restore({ seq: 3, tables: { left: [['x', 7]] } });
    expect(sum).toBe(7);
  });
});
