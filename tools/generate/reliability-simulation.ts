import type { SimulationFigures } from '../reliability/figures.ts';
import { code, table } from './markdown.ts';
import { cleanRuns, count, figureTable, NOT_RECORDED } from './reliability-parts.ts';

type Store = 'memory' | 'postgres';

const TITLE: Readonly<Record<Store, string>> = {
  memory: 'Simulation, stores in memory',
  postgres: 'Simulation, real PostgreSQL',
};

const ABOUT: Readonly<Record<Store, string>> = {
  memory:
    'The code of the hub, its workers and its transport run unchanged in one thread, for two simulated days in each seed, with the ' +
    'sandbox as the providers; a seed decides the business, the faults and which call to the outside goes next. Promises are ' +
    'checked while faults happen; then all is healed, everything must come to rest within 30 minutes (counted from the end of the ' +
    "ledger's horizon), and the books must be what a reference works out from the sources alone.",
  postgres:
    'The same over the SQL of the product in a real PostgreSQL, with a database of its own for each seed and one call at a time. It ' +
    'shows that constraints, row-level security and statements do what the stores in memory do.',
};

const LIMITS: Readonly<Record<Store, string>> = {
  memory:
    'It does not show that SQL does the same as the stores in memory (contract suites and the next section do), nor what real ' +
    'sockets, disks and processors do, nor that the providers behave as the sandbox. Command line and HTTP listeners are not in it. ' +
    'Where a person deletes a document, or a late request may land twice because the ledger enforces no number, the balance of that ' +
    "company is not compared; a person's change must show as a difference.",
  postgres:
    'Worlds are smaller here (two tenants at most, few idle looks), because a step costs a hundred times as much. One call at a time ' +
    'means that two transactions never wait for each other; tests of races and the crash suite do that. Nothing is flushed to disk. ' +
    'Budgets and breakers are in memory here, too.',
};

export function simulationLines(store: Store, figures: SimulationFigures | null): readonly string[] {
  const head = [`## ${TITLE[store]}`, ABOUT[store]];
  return figures === null ? [...head, NOT_RECORDED, LIMITS[store]] : [...head, ...measured(figures), LIMITS[store]];
}

function measured(figures: SimulationFigures): readonly string[] {
  const { seeds, from, failing, simulatedHours, steps, seconds, repeated, unrepeatable } = figures;
  return [
    figureTable([
      ['seeds', count(seeds), `from ${count(from)}, and those that once failed`],
      ['failing', count(failing.length), 'a promise was broken'],
      ['simulated hours', count(simulatedHours), 'time that passed in all of these worlds together'],
      ['steps', count(steps), 'calls to a store or a provider, each of which could fail or be the last of its process'],
      ['seconds', count(seconds), 'of real time'],
      ['run twice', count(repeated), 'seeds that were run a second time'],
      ['with another trace', count(unrepeatable.length), 'of those; the trace covers every step and the final state'],
    ]),
    ...(failing.length === 0 ? [] : [failingTable(figures)]),
    cleanRuns(seeds, failing.length, 'seeds'),
  ];
}

function failingTable({ failing }: SimulationFigures): string {
  return table(
    ['failing seed', 'promise', 'again'],
    failing.map(({ seed, invariant, replay }) => [String(seed), invariant, code(replay)]),
  );
}

/** How often each situation was met, with either store. */
export function situationLines(
  memory: SimulationFigures | null,
  postgres: SimulationFigures | null,
): readonly string[] {
  const head = [
    '## Situations that were met',
    'A clean run proves little where nothing happened. These situations are counted as they occur; a count of 0 means that the run says ' +
      'nothing about that one. A high count is no proof that the situation was met in every form.',
  ];
  if (memory === null && postgres === null) return [...head, NOT_RECORDED];
  const names = [...new Set([memory, postgres].flatMap((one) => Object.keys(one?.sometimes ?? {})))];
  const never = names.filter((name) => ![memory, postgres].some((one) => (one?.sometimes[name] ?? 0) > 0));
  const cell = (one: SimulationFigures | null, name: string) => (one === null ? '' : count(one.sometimes[name] ?? 0));
  return [
    ...head,
    `${names.length - never.length} of ${names.length} were met.${never.length === 0 ? '' : ` Never: ${never.join('; ')}.`}`,
    table(
      ['situation', 'in memory', 'PostgreSQL'],
      names.map((name) => [name, cell(memory, name), cell(postgres, name)]),
    ),
  ];
}
