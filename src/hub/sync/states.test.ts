import { expect, test } from 'vitest';
import { expectAllReached, expectComplete, statePage, statesInSql } from '../../../test/support/state-page.ts';
import { eventsOf, reachableFrom, stateAfter, statesBefore } from '../../kernel/state-table.ts';
import { RUN_ENDS, SYNC_RUN_STATES, SYNC_RUN_TABLE } from './states.ts';

const PAGE = statePage('sync-run.md');
const EVENTS = eventsOf(SYNC_RUN_TABLE);
const ENDS = ['done', 'partly', 'stopped', 'cancelled'] as const;

test('it answers every event in every state', () => {
  expectComplete(SYNC_RUN_TABLE, SYNC_RUN_STATES);
  expect(statesInSql('0003_sync.sql', 'sync_runs')).toEqual(SYNC_RUN_STATES);
});

test('it is the table of the page', () => {
  expect(PAGE.cells('| run | queue')).toEqual(SYNC_RUN_TABLE);
});

test('the page explains exactly these states and events', () => {
  expect(PAGE.names('| state | meaning')).toEqual(SYNC_RUN_STATES);
  expect(PAGE.names('| event | when')).toEqual(EVENTS);
});

test('it leads from nothing to every state', () => {
  expectAllReached(SYNC_RUN_TABLE, 'absent');
});

test.each(ENDS)('%s is an end, whatever happens', (state) => {
  expect([...reachableFrom(SYNC_RUN_TABLE, state)]).toEqual([state]);
});

test.each(['queued', 'running', 'paused'] as const)('%s can always come to an end', (state) => {
  expect([...reachableFrom(SYNC_RUN_TABLE, state)]).toEqual(expect.arrayContaining([...ENDS]));
});

test('only a worker makes a run running, and only a running one is ended by a worker', () => {
  const ways = EVENTS.filter((event) =>
    SYNC_RUN_STATES.some((state) => stateAfter(SYNC_RUN_TABLE, state, event) === 'running'),
  );
  expect(ways).toEqual(['start']);
  for (const event of [...Object.values(RUN_ENDS), 'lose'] as const)
    expect(statesBefore(SYNC_RUN_TABLE, event)).toEqual(['running']);
});

test('a turn ends its run in the state that it reports', () => {
  for (const [state, event] of Object.entries(RUN_ENDS))
    expect(stateAfter(SYNC_RUN_TABLE, 'running', event)).toBe(state);
});
