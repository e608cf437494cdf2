import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connected, connectEverything } from '../../demo/connect.ts';
import { DEMO_DEFAULTS } from '../../demo/options.ts';
import { accessDetails, createSandboxServer, type SandboxServer } from '../../sandbox/src/index.ts';
import { type Installation, openInstallation } from '../../src/compose/installation.ts';
import { type HubStores, hubStores, type RunningServer, startServer } from '../../src/compose/server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { startEmbeddedPostgres } from '../../src/platform/store/embedded/index.ts';
import type { OwnerAddress } from '../../src/platform/store/index.ts';
import { type Log, silentLog } from '../../src/platform/telemetry/index.ts';
import type { Address } from './fault.ts';
import type { Target } from './modes.ts';
import { TcpProxy } from './proxy.ts';
import { startTlsFront } from './tls-front.ts';

/** Where the product looks, in milliseconds: recovery is counted in these. */
export const POLL_MS = 1_000;
/** Connections worked on at once; with it the product holds this many connections to PostgreSQL for tenant work, and 8 more. */
export const CONCURRENCY = 4;
/** Requests a second that nobody reaches. */
const NO_LIMIT = 1_000_000;

/** The whole product over real sockets, with a proxy in each of its ways to the outside. */
export interface World {
  readonly sandbox: SandboxServer['sandbox'];
  readonly installation: Installation;
  readonly hub: HubStores;
  readonly connected: Connected;
  /** `webhooks` is the way from the providers to the product. */
  readonly proxies: Readonly<Record<Target | 'webhooks', TcpProxy>>;
  /** The database without a proxy between. */
  readonly owner: OwnerAddress;
  /** Ends the product; then nothing of it may be left. */
  stopProduct(): Promise<void>;
  /** Ends everything else. */
  close(): Promise<void>;
}

/** What is open, to be closed from the last to the first. */
class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];
  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

export interface WorldOptions {
  /** A folder of its own is made in here. */
  readonly folder: string;
  /** The providers speak TLS, as the real ones do; then no fault can read what is said. */
  readonly tls: boolean;
  readonly log?: Log;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const closers = new Closers();
  try {
    return await open(closers, options);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function open(closers: Closers, { folder: within, tls, log = silentLog }: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(within, 'world-'));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  const owner = await startDatabase(folder, closers);
  const sandbox = await startSandbox(closers, tls);
  const proxies = await startProxies(owner, sandbox.address, closers);
  const installation = await openInstallation({
    config: configOf(folder, owner, proxies, tls ? 'https' : 'http'),
    log,
    clock: systemClock,
    random: systemRandom,
    mode: 'own',
    limitSandbox: false,
  });
  const product = new Closers();
  closers.add(() => product.close());
  product.add(() => installation.close());
  const access = { url: sandbox.url, ...accessDetails(sandbox.sandbox) };
  const month = new Date().toISOString().slice(0, 7);
  const connected = await connectEverything(installation, access, { ...DEMO_DEFAULTS, month });
  const hub = hubStores(installation);
  const server: RunningServer = await startServer(installation, hub);
  product.add(() => server.stop());
  proxies.webhooks.leadTo(addressOf(server.edgeUrl!));
  return {
    sandbox: sandbox.sandbox,
    installation,
    hub,
    connected,
    proxies,
    owner,
    stopProduct: () => product.close(),
    close: () => closers.close(),
  };
}

async function startDatabase(folder: string, closers: Closers): Promise<OwnerAddress> {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'database'),
    clock: systemClock,
    randomBytes: (length) => systemRandom.bytes(length),
    log: quiet,
    // What a test loses in a power cut is nothing.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  closers.add(() => server.stop('immediate'));
  return { ...server.connection, ssl: false };
}

async function startSandbox(closers: Closers, tls: boolean) {
  const server = createSandboxServer({
    port: 0,
    seed: 1,
    stripe: { requestsPerSecond: NO_LIMIT },
    btcpay: { stores: [{ name: 'Acme Store' }, { name: 'Acme Outlet' }] },
    quickbooks: { limits: null },
  });
  const url = await server.listen();
  closers.add(() => server.close());
  const plain = { sandbox: server.sandbox, url, address: addressOf(url) };
  if (!tls) return plain;
  const front = await startTlsFront(plain.address);
  closers.add(() => front.close());
  return { ...plain, address: front.address };
}

async function startProxies(owner: OwnerAddress, sandbox: Address, closers: Closers): Promise<World['proxies']> {
  const proxies = {
    stripe: new TcpProxy(sandbox),
    btcpay: new TcpProxy(sandbox),
    quickbooks: new TcpProxy(sandbox),
    // The embedded server has no port, only a socket in a folder.
    postgres: new TcpProxy({ path: join(owner.host, `.s.PGSQL.${owner.port}`) }),
    // Led to the product's own port once that is known.
    webhooks: new TcpProxy(sandbox),
  };
  for (const proxy of Object.values(proxies)) {
    await proxy.listen();
    closers.add(() => proxy.close());
  }
  return proxies;
}

function configOf(folder: string, owner: OwnerAddress, proxies: World['proxies'], scheme: 'http' | 'https') {
  const at = ({ address: { host, port } }: TcpProxy) => `${host}:${port}`;
  const { user, password, database } = owner;
  const secret = encodeURIComponent(password);
  return readConfig(
    {},
    {
      COUNTERFOIL_DATA_DIR: join(folder, 'counterfoil'),
      COUNTERFOIL_PORT: '0',
      COUNTERFOIL_EDGE_PORT: '0',
      COUNTERFOIL_PUBLIC_URL: `http://${at(proxies.webhooks)}`,
      COUNTERFOIL_STRIPE_BASE_URL: `${scheme}://${at(proxies.stripe)}/stripe`,
      COUNTERFOIL_BTCPAY_BASE_URL: `${scheme}://${at(proxies.btcpay)}/btcpay`,
      COUNTERFOIL_QUICKBOOKS_BASE_URL: `${scheme}://${at(proxies.quickbooks)}/quickbooks`,
      COUNTERFOIL_POLL_SECONDS: String(POLL_MS / 1_000),
      COUNTERFOIL_CONCURRENCY: String(CONCURRENCY),
      DATABASE_URL: `postgres://${user}:${secret}@${at(proxies.postgres)}/${database}`,
    },
  );
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
