import { describe, expect, test } from 'vitest';
import { createSchedule } from './schedule.ts';

describe('a schedule', () => {
  test('runs by time, then by order of adding, with what is added on the way', () => {
    const schedule = createSchedule();
    const ran: string[] = [];
    schedule.at(2, () => ran.push('b'));
    schedule.at(1, (second) => {
      ran.push('a');
      schedule.at(second + 1, () => ran.push('d'));
    });
    schedule.at(2, () => ran.push('c'));
    schedule.at(9, () => ran.push('never'));
    schedule.runUntil(9);
    expect(ran.join('')).toBe('abcd');
  });
});
