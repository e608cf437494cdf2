import { describe, expect, test } from 'vitest';
import { eventsOf, reachableFrom, type StateTable, stateAfter, statesBefore } from './state-table.ts';

const LAMP: StateTable<'absent' | 'off' | 'on' | 'broken', 'screw_in' | 'switch_on' | 'drop'> = {
  absent: { screw_in: 'off', switch_on: 'refuse', drop: 'refuse' },
  off: { screw_in: 'off', switch_on: 'on', drop: 'broken' },
  on: { screw_in: 'refuse', switch_on: 'stays', drop: 'broken' },
  broken: { screw_in: 'refuse', switch_on: 'refuse', drop: 'stays' },
};

const UNANSWERED: typeof LAMP = {
  ...LAMP,
  // @ts-expect-error -- a cell is missing: that this line is an error is the test, and `tsc` runs it.
  broken: { screw_in: 'refuse', switch_on: 'refuse' },
};

describe('a table of states', () => {
  test('says where an event leads, and that one which stays or is refused leads nowhere', () => {
    expect(stateAfter(LAMP, 'off', 'switch_on')).toBe('on');
    expect(stateAfter(LAMP, 'off', 'screw_in')).toBe('off');
    expect(stateAfter(LAMP, 'on', 'switch_on')).toBeNull();
    expect(stateAfter(LAMP, 'broken', 'screw_in')).toBeNull();
  });

  test('names the stored states in which an event is applied', () => {
    expect(statesBefore(LAMP, 'drop')).toEqual(['off', 'on']);
    expect(statesBefore(LAMP, 'screw_in')).toEqual(['off']);
  });

  test('can be walked', () => {
    expect(eventsOf(LAMP)).toEqual(['screw_in', 'switch_on', 'drop']);
    expect([...reachableFrom(LAMP, 'absent')]).toEqual(['absent', 'off', 'on', 'broken']);
    expect([...reachableFrom(LAMP, 'broken')]).toEqual(['broken']);
  });

  test('with a missing cell does not compile', () => {
    expect(Object.keys(UNANSWERED.broken)).not.toContain('drop');
  });
});
