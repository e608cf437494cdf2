import { describe, expect, test } from 'vitest';
import { expectAllReached, expectComplete, statePage, statesInSql } from '../../../test/support/state-page.ts';
import { eventsOf, reachableFrom, stateAfter, statesBefore } from '../../kernel/state-table.ts';
import { DELIVERY_STATES } from './list.pg.ts';
import { DELIVERY_TABLE, EVENT_TABLE } from './states.ts';

const PAGE = statePage('delivery.md');

describe.each([
  ['a delivery', DELIVERY_TABLE, '| delivery | arrive', 'deliveries'],
  ['an event inside it', EVENT_TABLE, '| inside | arrive', 'events'],
] as const)('the table of states of %s', (_, table, header, stored) => {
  test('answers every event in every state', () => {
    expectComplete(table, DELIVERY_STATES);
    expect(statesInSql('0002_inbox.sql', stored)).toEqual(DELIVERY_STATES);
  });

  test('is the table of the page', () => {
    expect(PAGE.cells(header)).toEqual(table);
    expect(PAGE.names('| event | when')).toEqual(eventsOf(table));
  });

  test('leads from nothing to every state, and out of every state but the good ends on to one of them', () => {
    expectAllReached(table, 'absent');
    const ends = ['done', 'ignored'];
    for (const state of DELIVERY_STATES)
      expect([...reachableFrom(table, state)].some((one) => ends.includes(one))).toBe(true);
  });

  test('the same arriving again never changes it', () => {
    expect(statesBefore(table, 'arrive')).toEqual([]);
    expect(stateAfter(table, 'absent', 'arrive')).toBe('received');
  });

  test('only a replay moves what is settled', () => {
    for (const state of ['done', 'ignored', 'dead'] as const) {
      const moving = eventsOf(table).filter((event) => stateAfter(table, state, event) !== null);
      expect(moving.filter((event) => event !== 'replay')).toEqual([]);
    }
  });
});

test('the page explains exactly these states', () => {
  expect(PAGE.names('| state | meaning')).toEqual(DELIVERY_STATES);
});

test('a replay opens what was never opened, and takes again what means something', () => {
  expect(statesBefore(DELIVERY_TABLE, 'replay')).toEqual(['waiting', 'ignored', 'dead']);
  expect(statesBefore(EVENT_TABLE, 'replay')).toEqual(['processing', 'done', 'waiting', 'dead']);
});
