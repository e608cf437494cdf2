import { describe, expect, test } from 'vitest';
import { instantOf, secondOf } from './instant.ts';

describe('timestamps', () => {
  test.each([
    ['2026-11-20T10:15:30Z', Date.UTC(2026, 10, 20, 10, 15, 30)],
    ['2026-11-20T10:15:30.5Z', Date.UTC(2026, 10, 20, 10, 15, 30, 500)],
    ['2026-11-20T10:15:30.179851517Z', Date.UTC(2026, 10, 20, 10, 15, 30, 179)],
    ['2026-11-20T02:15:30-08:00', Date.UTC(2026, 10, 20, 10, 15, 30)],
    ['2015-10-05T14:42:19-0700', Date.UTC(2015, 9, 5, 21, 42, 19)],
  ])('%s is one instant on every machine', (text, expected) => {
    expect(instantOf(text)).toBe(expected);
  });

  test.each(['', '2026-11-20', '2026-11-20T10:15:30', '2026-13-20T10:15:30Z', 'yesterday'])(
    '%j is no instant',
    (text) => {
      expect(instantOf(text)).toBeNull();
    },
  );

  test('a query names the second in which an instant lies', () => {
    expect(secondOf(Date.UTC(2026, 10, 20, 10, 15, 30, 999))).toBe('2026-11-20T10:15:30Z');
  });
});
