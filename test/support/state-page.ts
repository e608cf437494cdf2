import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { eventsOf, reachableFrom, type StateTable } from '../../src/kernel/state-table.ts';

/** The tables of a page in `docs/spec`. */
export interface StatePage {
  /** Cells of the table that begins with `header`, without its head. */
  rows(header: string): readonly (readonly string[])[];
  /** The first cells of that table. */
  names(header: string): readonly string[];
  /** The table of states × events that begins with `header`; what is not there yet stands as `(none)`. */
  cells(header: string): Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function statePage(name: string): StatePage {
  const lines = readFileSync(new URL(`../../docs/spec/${name}`, import.meta.url), 'utf8').split('\n');
  const find = (header: string) => {
    const from = lines.findIndex((line) => line.startsWith(header));
    if (from < 0) throw new Error(`${name} has no table that begins with "${header}"`);
    return from;
  };
  const rows = (header: string) => {
    const rest = lines.slice(find(header) + 2);
    const end = rest.findIndex((line) => !line.startsWith('|'));
    return (end < 0 ? rest : rest.slice(0, end)).map(cellsOf);
  };
  return {
    rows,
    names: (header) => rows(header).map(([name]) => bare(name!)),
    cells: (header) => {
      const [, ...events] = cellsOf(lines[find(header)]!).map(bare);
      const written = rows(header).map(([state, ...cells]) => [
        state === '(none)' ? 'absent' : bare(state!),
        Object.fromEntries(cells.map((cell, i) => [events[i], cell === '–' ? 'refuse' : bare(cell)])),
      ]);
      return Object.fromEntries(written);
    },
  };
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

function bare(cell: string): string {
  return cell.replaceAll('`', '');
}

/** Asserts that every state answers every event, with a state, `stays` or `refuse`. */
export function expectComplete<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  stored: readonly string[],
): void {
  const events = eventsOf(table);
  expect(events.length).toBeGreaterThan(0);
  expect(Object.keys(table).filter((state) => state !== 'absent')).toEqual([...stored]);
  for (const row of Object.values<Readonly<Record<Event, string>>>(table)) {
    expect(Object.keys(row)).toEqual(events);
    for (const cell of Object.values(row)) expect([...stored, 'stays', 'refuse']).toContain(cell);
  }
}

/** Asserts that following the table from `from` comes to every stored state. */
export function expectAllReached<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  from: NoInfer<State>,
): void {
  expect([...reachableFrom(table, from)].sort()).toEqual(
    [...new Set([from, ...Object.keys(table).filter((state) => state !== 'absent')])].sort(),
  );
}

/** The states that the check of a table in `sql/` allows, or the values of another column. */
export function statesInSql(file: string, table: string, column = 'state'): readonly string[] {
  const text = readFileSync(new URL(`../../sql/${file}`, import.meta.url), 'utf8');
  const body = text.slice(text.indexOf(`create table ${table} (`));
  const [, list = ''] = new RegExp(`check \\(${column} in \\(([^)]*)\\)\\)`).exec(body) ?? [];
  return [...list.matchAll(/'([a-z_]+)'/g)].map(([, state]) => state!);
}
