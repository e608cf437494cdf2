import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { GroupCommit } from './group-commit.ts';

const limits = fc.record({
  batch: fc.integer({ min: 1, max: 8 }),
  flushes: fc.integer({ min: 1, max: 3 }),
  queue: fc.integer({ min: 1, max: 20 }),
});

property(
  'inbox: everybody gets the answer to their own item, and what is answered was written once',
  [limits, fc.nat({ max: 60 }), fc.boolean()],
  async (chosen, items, rejects) => {
    const written: number[] = [];
    const commit = new GroupCommit<number, number>(async (batch) => {
      expect(batch.length).toBeLessThanOrEqual(chosen.batch);
      if (rejects && batch.includes(7)) throw new Error('the batch was not written');
      written.push(...batch);
      return batch.map((item) => item * 2);
    }, chosen);
    const answers = await Promise.allSettled(Array.from({ length: items }, (_, item) => commit.add(item)));
    const good = answers.flatMap((answer, item) => (answer.status === 'fulfilled' ? [[item, answer.value]] : []));
    expect(good).toEqual(good.map(([item]) => [item, item! * 2]));
    expect(written.toSorted((a, b) => a - b)).toEqual(good.map(([item]) => item));
  },
);
