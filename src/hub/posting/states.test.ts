import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { POSTING_STATES, type PostingState } from './posting.ts';
import { POSTING_TABLE, type PostingEvent, stateAfter, statesBefore } from './states.ts';

const PAGE = readFileSync(new URL('../../../docs/spec/posting.md', import.meta.url), 'utf8').split('\n');
const EVENTS = Object.keys(POSTING_TABLE.planned) as PostingEvent[];

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The table of the page that begins with `header`, without its head. */
function tableOf(header: string): string[][] {
  const from = PAGE.findIndex((line) => line.startsWith(header));
  const rest = PAGE.slice(from + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
}

const names = (rows: string[][]) => rows.map(([name]) => name!.replaceAll('`', ''));

describe('the table of states', () => {
  test('it answers every event in every state', () => {
    expect(Object.keys(POSTING_TABLE).sort()).toEqual([...POSTING_STATES].sort());
    for (const state of POSTING_STATES)
      for (const event of EVENTS) expect([...POSTING_STATES, 'refuse']).toContain(POSTING_TABLE[state][event]);
    for (const row of Object.values(POSTING_TABLE)) expect(Object.keys(row)).toEqual(EVENTS);
  });

  test('it is the table of the page', () => {
    const [, ...events] = cellsOf(PAGE.find((line) => line.startsWith('| state | send'))!);
    const written = tableOf('| state | send').map(([state, ...cells]) => [
      state,
      Object.fromEntries(cells.map((cell, i) => [events[i], cell === '–' ? 'refuse' : cell])),
    ]);
    expect(Object.fromEntries(written)).toEqual(POSTING_TABLE);
  });

  test('the page explains exactly these states and events', () => {
    expect(names(tableOf('| state | meaning'))).toEqual(POSTING_STATES);
    expect(names(tableOf('| event | when'))).toEqual(EVENTS);
  });

  test('nothing is sent again after an unknown outcome before a look-up said so', () => {
    expect(statesBefore('send')).toEqual(['planned']);
    const out = EVENTS.filter((event) => stateAfter('uncertain', event) === 'planned');
    expect(out).toEqual(['not_found']);
  });

  test.each<PostingState>(['posted', 'voided', 'superseded'])('%s is never sent again, whatever happens', (from) => {
    const reached = new Set<PostingState>([from]);
    for (const state of reached)
      for (const event of EVENTS) {
        const next = stateAfter(state, event);
        if (next !== null) reached.add(next);
      }
    expect(reached).not.toContain('sending');
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
    expect(names(tableOf('| leg | what it is'))).toEqual(legs);
  });
});
