import { describe, expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { disturbed, nextDue, type Pending, sendable } from './queue.ts';

const message = (event: string, endpoint = 'a', dueAt = 0, source = 's'): Pending => ({
  source,
  message: { event, endpoint },
  attempts: 0,
  dueAt,
});
const names = (queue: readonly Pending[]) => queue.map((pending) => pending.message.event).join('');
const twenty = Array.from({ length: 20 }, (_, index) => message(String.fromCharCode(97 + index)));

describe('a disturbed network', () => {
  const random = () => {
    const own = createRandom(5);
    return () => own.next();
  };

  test('without faults changes nothing', () => {
    expect(disturbed(twenty, {}, random())).toEqual(twenty);
  });

  test('loses all, doubles all, delays all within the bound', () => {
    expect(disturbed(twenty, { webhookLose: 1 }, random())).toEqual([]);
    expect(disturbed(twenty, { webhookDuplicate: 1 }, random())).toHaveLength(40);
    const late = disturbed(twenty, { webhookDelay: 1, webhookDelayMs: 100 }, random());
    expect(late.every(({ dueAt }) => dueAt >= 0 && dueAt < 100)).toBe(true);
    expect(new Set(late.map(({ dueAt }) => dueAt)).size).toBeGreaterThan(5);
  });

  test('reorders without losing', () => {
    const shuffled = disturbed(twenty, { webhookReorder: 1 }, random());
    expect(names(shuffled)).not.toBe(names(twenty));
    expect([...names(shuffled)].sort().join('')).toBe(names(twenty));
  });
});

describe('the queue', () => {
  const queue = [message('a', 'x', 10), message('b', 'x', 0), message('c', 'y', 0), message('d', 'y', 5)];

  test('of an ordered source sends only the head of each endpoint', () => {
    expect(names(sendable(queue, 0, () => true))).toBe('c');
    expect(names(sendable(queue, 10, () => true))).toBe('ac');
    expect(nextDue(queue, () => true)).toBe(0);
    expect(nextDue(queue.slice(0, 2), () => true)).toBe(10);
  });

  test('of any other source sends all that is due', () => {
    expect(names(sendable(queue, 5, () => false))).toBe('bcd');
    expect(nextDue([], () => false)).toBeNull();
  });
});
