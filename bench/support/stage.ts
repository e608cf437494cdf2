import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Installation, openInstallation } from '../../src/compose/installation.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { startEmbeddedPostgres } from '../../src/platform/store/embedded/index.ts';
import { asOwner, firstRow, type OwnerAddress, rows, sql } from '../../src/platform/store/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import type { Cleanup } from './cleanup.ts';
import { type Program, startProgram } from './programs.ts';
import { type Providers, startProviders } from './providers.ts';

export interface StageOptions {
  readonly cleanup: Cleanup;
  /** Sandbox accounts to have. */
  readonly accounts: number;
  /** Obey the providers' request limits, on both sides. */
  readonly limits: boolean;
}

export interface ProductStart {
  readonly role?: 'all' | 'api' | 'worker';
  readonly concurrency?: number;
  /** Another port for webhooks than the stage's, to run beside a product that has it. */
  readonly edgePort?: number;
  /** Webhooks are verified and answered, and stored nowhere. */
  readonly unstored?: boolean;
  /** Nothing is compared: a new process compares every connection once before it knows better. */
  readonly uncompared?: boolean;
}

export type Product = Program<{ readonly apiUrl: string | null; readonly edgeUrl: string | null }>;

/** A PostgreSQL, sandbox accounts, and an installation over both, in a temporary folder. Nothing of it is kept. */
export interface Stage {
  readonly folder: string;
  readonly owner: OwnerAddress;
  readonly databaseUrl: string;
  /** Of every process of the installation. */
  readonly environment: Readonly<Record<string, string>>;
  /** Version of the server, as it tells it. */
  readonly postgres: string;
  readonly providers: Providers;
  /** Our own hands on what the product works on. */
  readonly installation: Installation;
  readonly edgeUrl: string;
  /** The product as a process, over this database and these providers. */
  start(how?: ProductStart): Promise<Product>;
  /** Rows of a statement, past every policy. */
  query<R>(statement: ReturnType<typeof sql<R>>): Promise<R[]>;
}

const PRODUCT = resolve(import.meta.dirname, 'product.ts');
/** Room for several processes with their pools; everything else is as the product sets it. */
const SETTINGS = { max_connections: '200' };
const KEY_BYTES = 32;

export async function openStage({ cleanup, accounts, limits }: StageOptions): Promise<Stage> {
  const folder = await temporaryFolder(cleanup);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'database'),
    clock: systemClock,
    randomBytes: (length) => systemRandom.bytes(length),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    settings: SETTINGS,
  });
  cleanup.add(() => server.stop('fast'));
  const owner = { ...server.connection, ssl: false };
  const providers = await startProviders({ accounts, limits, cleanup });
  const edgePort = await freePort();
  const edgeUrl = `http://127.0.0.1:${edgePort}`;
  const databaseUrl = `postgres://${owner.user}:${encodeURIComponent(owner.password)}@${encodeURIComponent(owner.host)}/${owner.database}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    COUNTERFOIL_DATA_DIR: join(folder, 'data'),
    COUNTERFOIL_MASTER_KEY: Buffer.from(systemRandom.bytes(KEY_BYTES)).toString('base64'),
    COUNTERFOIL_PORT: '0',
    COUNTERFOIL_EDGE_PORT: String(edgePort),
    COUNTERFOIL_PUBLIC_URL: edgeUrl,
    COUNTERFOIL_STRIPE_BASE_URL: `${providers.url}/stripe`,
    COUNTERFOIL_QUICKBOOKS_BASE_URL: `${providers.url}/quickbooks`,
    COUNTERFOIL_LOG_LEVEL: 'warn',
  };
  const installation = await openInstallation({
    config: readConfig({}, environment),
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
    mode: 'own',
    limitSandbox: limits,
  });
  cleanup.add(() => installation.close());
  const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(owner, (tx) => rows<R>(tx, statement));
  const postgres = await asOwner(owner, (tx) =>
    firstRow(tx, sql<{ v: string }>`select current_setting('server_version') as v`),
  );
  return {
    folder,
    owner,
    databaseUrl,
    environment,
    postgres: postgres!.v,
    providers,
    installation,
    edgeUrl,
    query,
    start: ({ role = 'all', concurrency, edgePort: ownPort, unstored, uncompared } = {}) =>
      startProgram({
        file: PRODUCT,
        cleanup,
        environment: {
          ...environment,
          COUNTERFOIL_ROLE: role,
          ...(concurrency === undefined ? {} : { COUNTERFOIL_CONCURRENCY: String(concurrency) }),
          ...(ownPort === undefined ? {} : { COUNTERFOIL_EDGE_PORT: String(ownPort) }),
          ...(unstored ? { BENCH_STORE: 'none' } : {}),
          ...(uncompared ? { BENCH_COMPARE: 'off' } : {}),
          ...(limits ? {} : { BENCH_LIMITS: 'off' }),
        },
      }),
  };
}

export async function temporaryFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cf-bench-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
