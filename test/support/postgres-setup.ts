import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { startEmbeddedPostgres } from '../../src/platform/store/embedded/index.ts';
import { migrate } from '../../src/platform/store/index.ts';
import { asAdmin, TEMPLATE, TEST_PASSWORDS, type TestServer } from './test-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestServer;
  }
}

/** One real PostgreSQL for the whole run, with a migrated database that each test file copies. */
// biome-ignore lint/style/noDefaultExport: the test runner loads a global setup by its default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cf-test-'));
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const server = await startEmbeddedPostgres({
    dataDir,
    clock: systemClock,
    randomBytes: (length) => systemRandom.bytes(length),
    log: quiet,
    // What a test loses in a power cut is nothing.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const owner = { ...server.connection, ssl: false };
  await asAdmin(owner, 'postgres', `create database ${TEMPLATE}`);
  await migrate({ ...owner, database: TEMPLATE }, TEST_PASSWORDS);
  project.provide('postgres', owner);
  return async () => {
    await server.stop('immediate');
    await rm(dataDir, { recursive: true, force: true });
  };
}
