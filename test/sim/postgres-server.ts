import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { startEmbeddedPostgres } from '../../src/platform/store/embedded/index.ts';
import { migrate, type OwnerAddress } from '../../src/platform/store/index.ts';
import { asAdmin, TEMPLATE, TEST_PASSWORDS } from '../support/test-server.ts';

/** A PostgreSQL that lives as long as a run, with the migrated database that each seed copies. */
export interface SimulationServer {
  readonly owner: OwnerAddress;
  stop(): Promise<void>;
}

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startServer(dataDir: string): Promise<SimulationServer> {
  const server = await startEmbeddedPostgres({
    dataDir,
    clock: systemClock,
    randomBytes: (length) => systemRandom.bytes(length),
    log: QUIET,
    // What a simulation loses in a power cut is nothing.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const owner = { ...server.connection, ssl: false };
  await asAdmin(owner, 'postgres', `create database ${TEMPLATE}`);
  await migrate({ ...owner, database: TEMPLATE }, TEST_PASSWORDS);
  return { owner, stop: () => server.stop('immediate') };
}
