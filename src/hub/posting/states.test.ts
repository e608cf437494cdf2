import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectAllReached, expectComplete, statePage, statesInSql } from '../../../test/support/state-page.ts';
import { eventsOf, reachableFrom } from '../../kernel/state-table.ts';
import { POSTING_STATES, type PostingState } from './posting.ts';
import { POSTING_TABLE, stateAfter, statesBefore } from './states.ts';

const PAGE = statePage('posting.md');
const EVENTS = eventsOf(POSTING_TABLE);

describe('the table of states', () => {
  test('it answers every event in every state', () => {
    expectComplete(POSTING_TABLE, POSTING_STATES);
    expect(statesInSql('0004_posting.sql', 'postings')).toEqual(POSTING_STATES);
  });

  test('it is the table of the page', () => {
    expect(PAGE.cells('| state | send')).toEqual(POSTING_TABLE);
  });

  test('the page explains exactly these states and events', () => {
    expect(PAGE.names('| state | meaning')).toEqual(POSTING_STATES);
    expect(PAGE.names('| event | when')).toEqual(EVENTS);
  });

  test('it leads from a plan to every state', () => {
    expectAllReached(POSTING_TABLE, 'planned');
  });

  test('nothing is sent again after an unknown outcome before a look-up said so', () => {
    expect(statesBefore('send')).toEqual(['planned']);
    const out = EVENTS.filter((event) => stateAfter('uncertain', event) === 'planned');
    expect(out).toEqual(['not_found']);
  });

  test.each<PostingState>(['posted', 'voided', 'superseded'])('%s is never sent again, whatever happens', (from) => {
    expect(reachableFrom(POSTING_TABLE, from)).not.toContain('sending');
  });

  test('a refused event leads nowhere', () => {
    expect(stateAfter('posted', 'send')).toBeNull();
    expect(statesBefore('found')).toEqual(['uncertain', 'posted']);
  });
});

describe('the legs of the page', () => {
  test('they are the legs that the planner uses', () => {
    const source = readFileSync(new URL('./plan/types.ts', import.meta.url), 'utf8');
    const block = source.slice(
      source.indexOf('export type Leg ='),
      source.indexOf(';', source.indexOf('export type Leg =')),
    );
    const legs = [...block.matchAll(/'([a-z_.]+)'/g)].map(([, leg]) => leg);
    expect(PAGE.names('| leg | what it is')).toEqual(legs);
  });
});
