import { defineConfig } from 'vitest/config';

const postgres = ['**/*.pg.test.ts'];
// Real processes and a month of business: run after everything else, one at a time.
const slow = ['test/e2e/**/*.test.ts', 'test/crash/crash.test.ts', 'test/net/net.test.ts', 'bench/bench.test.ts'];
// Thousands of simulated months: a project of its own, so that it shares its cores with nothing.
const simulated = ['test/sim/seeds.test.ts'];
const unit = [
  'src/**/*.test.ts',
  'sandbox/**/*.test.ts',
  'test/**/*.test.ts',
  'tools/**/*.test.ts',
  'demo/**/*.test.ts',
  'bench/**/*.test.ts',
];

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
          name: 'e2e',
          include: slow,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
