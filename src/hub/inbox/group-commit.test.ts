import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { GroupCommit } from './group-commit.ts';

const limits = { batch: 10, flushes: 1, queue: 12 };

/** Writes that the test lets go one by one. */
function heldWrites(write: (items: readonly number[]) => readonly string[]) {
  const batches: (readonly number[])[] = [];
  const waiting: (() => void)[] = [];
  const commits = new GroupCommit<number, string>(async (items) => {
    batches.push(items);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return write(items);
  }, limits);
  const letGo = async () => {
    for (let round = 0; round < 50; round += 1) {
      waiting.shift()?.();
      await Promise.resolve();
    }
  };
  return { commits, batches, letGo };
}

describe('a group commit', () => {
  test('writes at once what comes alone, and together what comes meanwhile', async () => {
    const { commits, batches, letGo } = heldWrites((items) => items.map((item) => `stored ${item}`));
    const all = [1, 2, 3].map((item) => commits.add(item));
    expect(batches).toEqual([[1]]);
    await letGo();
    expect(await Promise.all(all)).toEqual(['stored 1', 'stored 2', 'stored 3']);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  test('answers each item of a batch on its own when one of them is bad', async () => {
    const { commits, letGo } = heldWrites((items) => {
      if (items.includes(3)) throw new Error('a bad row');
      return items.map((item) => `stored ${item}`);
    });
    const all = [1, 2, 3, 4].map((item) => commits.add(item));
    const settled = Promise.allSettled(all);
    await letGo();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('turns the whole batch away at once when the database is away', async () => {
    const { commits, batches, letGo } = heldWrites((items) => {
      if (items.length > 1) throw new CounterfoilError('store.unavailable');
      return items.map((item) => `stored ${item}`);
    });
    const all = [1, 2, 3, 4].map((item) => commits.add(item));
    const settled = Promise.allSettled(all);
    await letGo();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(batches).toHaveLength(2);
  });

  test('turns away what its queue has no place for', async () => {
    const { commits, letGo } = heldWrites((items) => items.map(String));
    const taken = Array.from({ length: 13 }, (_, item) => commits.add(item));
    await expect(commits.add(99)).rejects.toMatchObject({ code: 'store.busy' });
    await letGo();
    expect(await Promise.all(taken)).toHaveLength(13);
  });
});
