import { expect, test } from 'vitest';
import { expectAllReached, expectComplete, statePage, statesInSql } from '../../../test/support/state-page.ts';
import { eventsOf, reachableFrom, stateAfter, statesBefore } from '../../kernel/state-table.ts';
import { type ConnectionState, isWorking } from './connection.ts';
import { CONNECTION_TABLE } from './states.ts';

const PAGE = statePage('connection.md');
const EVENTS = eventsOf(CONNECTION_TABLE);
const STATES = statesInSql('0001_tenants_and_connections.sql', 'connections') as ConnectionState[];
/** What the provider does, as opposed to a person. */
const BY_PROVIDER = ['credential_refused', 'trouble', 'recover'] as const;

test('it answers every event in every state', () => {
  expectComplete(CONNECTION_TABLE, STATES);
});

test('it is the table of the page', () => {
  expect(PAGE.cells('| connection | begin')).toEqual(CONNECTION_TABLE);
});

test('the page explains exactly these states and events, and says whose work goes on', () => {
  const rows = PAGE.rows('| state | meaning');
  expect(PAGE.names('| state | meaning')).toEqual(STATES);
  expect(rows.filter(([, , work]) => work!.startsWith('goes on')).map(([state]) => state)).toEqual(
    STATES.filter(isWorking).map((state) => `\`${state}\``),
  );
  expect(PAGE.names('| event | when')).toEqual(EVENTS);
});

test('it leads from nothing to every state', () => {
  expectAllReached(CONNECTION_TABLE, 'absent');
});

test.each(STATES)('a good credential makes %s active, and a disconnect is always possible', (state) => {
  expect(stateAfter(CONNECTION_TABLE, state, 'connect')).toBe('active');
  expect([...reachableFrom(CONNECTION_TABLE, state)]).toContain('disconnected');
});

test.each(['pending', 'paused', 'disconnected'] as const)('nothing that a provider does moves %s', (state) => {
  for (const event of BY_PROVIDER) expect(CONNECTION_TABLE[state][event]).toBe('stays');
});

test('only a good credential or a pause leads out of waiting for the owner without ending it', () => {
  const out = EVENTS.filter((event) => {
    const next = stateAfter(CONNECTION_TABLE, 'needs_reconnect', event);
    return next !== null && next !== 'needs_reconnect';
  });
  expect(out).toEqual(['connect', 'pause', 'disconnect']);
  expect(statesBefore(CONNECTION_TABLE, 'credential_refused')).toEqual(['active', 'degraded', 'needs_reconnect']);
});

test('nothing stops working because a person begins to connect again', () => {
  for (const state of STATES.filter(isWorking))
    for (const event of ['begin', 'abandon'] as const) expect(CONNECTION_TABLE[state][event]).toBe('stays');
});
