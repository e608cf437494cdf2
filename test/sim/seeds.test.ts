import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOALS, type Goal } from './goals.ts';
import { keptSeeds } from './kept-seeds.ts';
import { startServer } from './postgres-server.ts';
import { canaryNames } from './run-canaries.ts';
import { runSeeds, type SeedsReport } from './run-seeds.ts';

const THREADS = 2;
const IN_MEMORY = 500;
const OVER_POSTGRES = 50;

/** Situations too rare for so few seeds; the full run must have met them. */
const RARE: readonly Goal[] = [
  'a posting is uncertain while its connection needs its owner',
  'a number is refused as taken',
  'a held posting is let go',
  'a refused key is followed by another',
];

function expectKept(report: SeedsReport, atLeast: number): void {
  expect(report.failing.map(({ replay, detail }) => `${replay}\n${detail}`)).toEqual([]);
  expect(report.unrepeatable, 'seeds whose second run took other steps').toEqual([]);
  expect(report.seeds).toBeGreaterThanOrEqual(atLeast);
  expect(report.simulatedHours).toBeGreaterThanOrEqual(48 * atLeast);
}

describe('a simulated world', () => {
  test(`keeps every promise in ${IN_MEMORY} seeds over stores in memory`, async () => {
    const report = await runSeeds({
      seeds: IN_MEMORY,
      from: 1,
      threads: THREADS,
      store: { kind: 'memory' },
      now: () => performance.now(),
    });
    expectKept(report, IN_MEMORY);
    expect(report.repeated).toBeGreaterThanOrEqual(5);
    const never = GOALS.filter((goal) => report.sometimes[goal] === 0 && !RARE.includes(goal));
    expect(never, 'situations that were never met').toEqual([]);
  });

  test(`keeps every promise in ${OVER_POSTGRES} seeds over a real PostgreSQL`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cf-sim-'));
    const server = await startServer(folder);
    try {
      const report = await runSeeds({
        seeds: OVER_POSTGRES,
        from: 1,
        threads: THREADS,
        store: { kind: 'postgres', server: server.owner },
        now: () => performance.now(),
      });
      expectKept(report, OVER_POSTGRES);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('knows enough situations and ways to break the product, and what failed once', () => {
  expect(GOALS.length).toBeGreaterThanOrEqual(40);
  expect(canaryNames(null).length).toBeGreaterThanOrEqual(20);
  expect(keptSeeds().length).toBeGreaterThan(0);
});
