import { defineConfig } from 'vitest/config';

const postgres = ['**/*.pg.test.ts'];
// Real processes and a month of business.
const slow = ['test/e2e/**/*.test.ts', 'test/crash/crash.test.ts', 'test/net/net.test.ts', 'bench/bench.test.ts'];
// Hundreds of simulated worlds, on threads of their own.
const simulated = ['test/sim/seeds.test.ts'];
const unit = [
  'src/**/*.test.ts',
  'sandbox/**/*.test.ts',
  'test/**/*.test.ts',
  'tools/**/*.test.ts',
  'demo/**/*.test.ts',
  'bench/**/*.test.ts',
];

// Real processes wait more than they work: a few of them side by side with the simulation, when the others are done.
const afterwards = { sequence: { groupOrder: 1 }, maxWorkers: 3 } as const;

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './tools/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: ['**/node_modules/**', ...postgres, ...slow, ...simulated],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'postgres',
          include: postgres,
          exclude: ['**/node_modules/**', ...slow],
          pool: 'forks',
          globalSetup: ['./test/support/postgres-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: simulated,
          pool: 'forks',
          testTimeout: 1_800_000,
          ...afterwards,
        },
      },
      {
        test: {
          name: 'e2e',
          include: slow,
          pool: 'forks',
          ...afterwards,
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
