import { describe, expect, test } from 'vitest';
import type { Reliability, SimulationFigures } from '../reliability/figures.ts';
import { reliabilityPage } from './reliability-page.ts';
import { cleanRuns } from './reliability-parts.ts';

const simulation: SimulationFigures = {
  seeds: 20_000,
  from: 1,
  failing: [],
  simulatedHours: 960_321,
  seconds: 5_000,
  sometimes: { 'a write lands late': 1_234, 'all processes are dead': 0 },
  steps: 9_876_543,
  repeated: 200,
  unrepeatable: [],
};
const nothing: Reliability = {
  commit: 'abc1234',
  date: '2026-11-20T12:00:00.000Z',
  machine: { cpu: 'Some | processor', cores: 2, memory: 24, os: 'Linux 6', node: '24.1.0' },
  simulation: null,
  simulationPostgres: null,
  canaries: null,
  crash: null,
  net: null,
  fuzz: null,
};
const properties = [
  { area: 'money', law: 'sums are exact', path: 'src/a.properties.test.ts' },
  { area: 'money', law: 'signs are kept', path: 'src/a.properties.test.ts' },
  { area: 'planner', law: 'entries balance', path: 'src/b.properties.test.ts' },
];
const SUITES = ['Simulation, stores in memory', 'Simulation, real PostgreSQL', 'Situations', 'Canaries', 'Crashes'];

function section(page: string, title: string): string {
  return page.split('\n## ').find((text) => text.startsWith(title))!;
}

describe('the page on reliability', () => {
  test('says that nothing was recorded, and of each suite what it does', () => {
    const page = reliabilityPage(null, properties);
    expect(page).toContain('**No full run has been recorded.**');
    for (const title of [...SUITES, 'Network', 'Fuzz']) expect(section(page, title)).toContain('*Not recorded*');
  });

  test('names machine, commit and day', () => {
    const page = reliabilityPage(nothing, properties);
    expect(page).toContain('| processor | Some \\| processor, 2 cores |');
    expect(page).toContain('| commit | `abc1234` |');
    expect(page).toContain('| date | 2026-11-20 |');
  });

  test('shows what a simulation measured, and what clean seeds bound', () => {
    const page = section(reliabilityPage({ ...nothing, simulation }, properties), SUITES[0]!);
    expect(page).toContain('| simulated hours | 960,321 |');
    expect(page).toContain(
      '20,000 clean seeds: with 95 % confidence fewer than 0.015 % of all that could be drawn fail.',
    );
    expect(page).not.toContain('Not recorded');
  });

  test('shows failing seeds with the line that does it again, and bounds nothing then', () => {
    const failing = [{ seed: 29, invariant: 'I7', replay: 'npm run sim -- --seed 29' }];
    const page = reliabilityPage({ ...nothing, simulationPostgres: { ...simulation, failing } }, properties);
    expect(section(page, SUITES[1]!)).toContain('| 29 | I7 | `npm run sim -- --seed 29` |');
    expect(section(page, SUITES[1]!)).toContain('**Not clean**: 1 failures in 20,000 seeds.');
  });

  test('counts every situation beside each other, and names those that were never met', () => {
    const one = { ...simulation, sometimes: { 'a write lands late': 2 } };
    const page = section(reliabilityPage({ ...nothing, simulation, simulationPostgres: one }, []), 'Situations');
    expect(page).toContain('1 of 2 were met. Never: all processes are dead.');
    expect(page).toContain('| a write lands late | 1,234 | 2 |');
    expect(page).toContain('| all processes are dead | 0 | 0 |');
  });

  test('shows the seed that found each canary, and those that were not found', () => {
    const canaries = [
      { name: 'fees are not planned', found: true, seed: 3 },
      { name: 'the marker is lost', found: false, seed: null },
    ];
    const page = section(reliabilityPage({ ...nothing, canaries: { canaries } }, []), 'Canaries');
    expect(page).toContain('**1 of 2** were found');
    expect(page).toContain('| fees are not planned | 3 |\n| the marker is lost | **not found** |');
  });

  test('shows what crashes, the network and odd requests came to', () => {
    const page = reliabilityPage(
      {
        ...nothing,
        crash: {
          rounds: 300,
          seed: 7,
          kills: { api: 60, all: 240 },
          killsInRestart: 70,
          killsInFirstStart: 40,
          acknowledged: 100_000,
          lost: 0,
          twice: 0,
          violations: 0,
          payments: 900,
          documents: 2_400,
          readyMs: { p50: 1_700, p99: 4_000, max: 32_000 },
          seconds: 1_800,
        },
        net: {
          results: [
            {
              mode: 'reset',
              target: 'stripe',
              violations: [],
              recoveredMs: null,
              allowedMs: 3_000,
              leaked: ['x'],
              ok: false,
            },
          ],
          seconds: 61.5,
        },
        fuzz: {
          seed: 1,
          operations: [
            { operation: 'getPosting', cases: 1_000, statuses: { '404': 1_000 }, slowest_ms: 12, failing: [] },
          ],
          ok: true,
        },
      },
      properties,
    );
    expect(section(page, 'Crashes')).toContain('| killed | api 60, all 240 |');
    expect(section(page, 'Crashes')).toContain('300 clean rounds: with 95 % confidence fewer than 1 %');
    expect(section(page, 'Network')).toContain('| stripe | reset | never | 3,000 ms | 0 | 1 | **failed** |');
    expect(section(page, 'Fuzz')).toContain('| `getPosting` | 1,000 | 0 | 12 ms | 1,000 × 404 |');
  });

  test('counts properties by area', () => {
    const page = section(reliabilityPage(null, properties), 'Properties');
    expect(page).toContain('**3 properties**');
    expect(page).toContain('| money | 2 | `src/a.properties.test.ts` |\n| planner | 1 | `src/b.properties.test.ts` |');
  });
});

test('too few clean runs bound nothing', () => {
  expect(cleanRuns(2, 0, 'seeds')).toBe('2 clean seeds bound nothing.');
});
