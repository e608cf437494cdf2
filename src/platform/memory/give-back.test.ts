import { expect, test } from 'vitest';
import { giveBackMemory } from './index.ts';

const MB = 1024 * 1024;
const freeBytes = () => process.memoryUsage().heapTotal - process.memoryUsage().heapUsed;

test('what a rush left is handed back', () => {
  let held: number[][] | null = Array.from({ length: 60 }, () =>
    Array.from({ length: MB / 8 }, (_, index) => index + 0.5),
  );
  const before = process.memoryUsage().heapTotal;
  expect(held.length).toBe(60);
  held = null;
  giveBackMemory();
  // What was held is free, or its pages are gone already: either way the next call has nothing to do.
  giveBackMemory();
  expect(process.memoryUsage().heapTotal).toBeLessThan(before - 40 * MB);
  expect(freeBytes()).toBeLessThan(32 * MB);
});
