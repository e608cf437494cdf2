import { mkdir, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connected, connectEverything } from '../../demo/connect.ts';
import { DEMO_DEFAULTS, type DemoOptions } from '../../demo/options.ts';
import { accessDetails, createSandboxServer, type Sandbox, type SandboxServer } from '../../sandbox/src/index.ts';
import { type Installation, openInstallation } from '../../src/compose/installation.ts';
import { type HubStores, hubStores } from '../../src/compose/server.ts';
import { addAppEndpoint } from '../../src/hub/connections/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { Business } from './business.ts';
import { Deliveries } from './deliveries.ts';
import type { Draw } from './draw.ts';
import { Guard } from './guard.ts';
import { Moments } from './moments.ts';
import { Processes } from './processes.ts';
import { cleanEnvironment } from './program.ts';
import { DatabaseServer } from './server.ts';

/** Some hundreds of documents to post when the first kill comes. */
const MONTH = { charges: 120, btcpayInvoices: 30 } as const;
const SECRET = 'whsec_made_up_for_the_crash_suite';
/** A wake or webhook that died with its process costs one poll. */
const POLL_SECONDS = '2';
const CONCURRENCY = '4';
/** Requests a second that nobody reaches. */
const NO_LIMIT = 1_000_000;

/** Everything that takes part: the database, the providers, the product's processes, and the traffic. */
export interface Stage {
  readonly folder: string;
  readonly postgres: DatabaseServer;
  readonly sandbox: Sandbox;
  /** The hub in our own process, for set-up and checks; it does no work. */
  readonly installation: Installation;
  readonly hub: HubStores;
  readonly connected: Connected;
  readonly processes: Processes;
  readonly business: Business;
  readonly deliveries: Deliveries;
  readonly moments: Moments;
  /** A QuickBooks token lasts an hour, and nobody but its owner can renew it. */
  renewToken(): Promise<void>;
  /** Ends everything, however far it got. */
  close(): Promise<void>;
}

/** What has to be let go of, the newest first. */
class Ends {
  readonly #ends: (() => Promise<void> | void)[] = [];
  add(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }
  /** One that fails does not keep the others from ending; the first failure is thrown then. */
  async all(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

export async function openStage(draw: Draw, seed: number): Promise<Stage> {
  const ends = new Ends();
  try {
    return await open(draw, seed, ends);
  } catch (error) {
    await ends.all();
    throw error;
  }
}

async function open(draw: Draw, seed: number, ends: Ends): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'cf-crash-'));
  const logDir = join(folder, 'logs');
  await mkdir(logDir);
  const guard = new Guard(folder);
  ends.add(() => guard.end());
  const postgres = new DatabaseServer(join(folder, 'database'), logDir);
  await postgres.start();
  ends.add(() => postgres.stop());
  const moments = new Moments();
  const { sandbox, url } = await startSandbox(seed, moments, ends);
  const options = monthBefore(systemClock.now(), seed);
  const variables = await variablesFor(folder, postgres, sandbox);
  const config = readConfig({}, variables);
  const clockAndChance = { clock: systemClock, random: systemRandom };
  const installation = await openInstallation({ config, log: silentLog, ...clockAndChance, mode: 'own' });
  ends.add(() => installation.close());
  const access = () => ({ url, ...accessDetails(sandbox) });
  const connected = await connectEverything(installation, access(), options);
  const endpoint = await addAppEndpoint(installation.doors, connected.tenantId, 'stripe', new Secret(SECRET));
  sandbox.generate(options);
  const processes = new Processes({
    environment: { ...cleanEnvironment(), ...variables },
    dataDir: config.dataDir,
    logDir,
    guard,
    apiUrl: `http://127.0.0.1:${config.port}`,
  });
  ends.add(() => processes.end());
  const business = new Business(sandbox, draw.fork(1));
  ends.add(() => business.stop());
  const { accountId } = access().stripe;
  const charges = () => recentCharges(sandbox);
  const target = { url: endpoint.url, secret: SECRET, accountId, charges };
  const deliveries = new Deliveries(target, draw.fork(2), () => moments.happened('acknowledged'));
  ends.add(() => deliveries.close());
  return {
    folder,
    postgres,
    sandbox,
    installation,
    hub: hubStores(installation),
    connected,
    processes,
    business,
    deliveries,
    moments,
    renewToken: async () => void (await connectEverything(installation, access(), options)),
    close: () => ends.all(),
  };
}

async function startSandbox(seed: number, moments: Moments, ends: Ends): Promise<{ sandbox: Sandbox; url: string }> {
  const server = createSandboxServer({
    port: 0,
    seed,
    stripe: { requestsPerSecond: NO_LIMIT },
    quickbooks: { limits: null },
  });
  countCalls(server, moments);
  const url = await server.listen();
  ends.add(() => server.close());
  return { sandbox: server.sandbox, url };
}

/** A write in the ledger is counted when it took effect and nobody has been told. */
function countCalls({ sandbox }: SandboxServer, moments: Moments): void {
  const handle = sandbox.handle;
  Object.assign(sandbox, {
    handle: async (request: Request): Promise<Response> => {
      const isLedger = new URL(request.url).pathname.startsWith('/quickbooks/');
      const answer = await handle(request);
      if (isLedger && request.method === 'POST') moments.happened('written');
      else if (!isLedger) moments.happened('read');
      return answer;
    },
  });
}

/** Charges whose events the deliveries speak of. */
const RECENT = 50;

function recentCharges(sandbox: Sandbox): readonly string[] {
  return sandbox.stripe.context.state.tables.charges
    .all()
    .slice(-RECENT)
    .map(({ id }) => id);
}

/** The month before the present one: business that lies complete at the sources when the first process starts. */
function monthBefore(now: number, seed: number): DemoOptions {
  const today = new Date(now);
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1));
  return { ...DEMO_DEFAULTS, ...MONTH, seed, month: first.toISOString().slice(0, 7) };
}

async function variablesFor(folder: string, postgres: DatabaseServer, sandbox: Sandbox) {
  const { stripe, btcpay, quickbooks } = accessDetails(sandbox);
  const [api, edge] = await freePorts(2);
  return {
    DATABASE_URL: postgres.url(),
    COUNTERFOIL_DATA_DIR: join(folder, 'counterfoil'),
    COUNTERFOIL_PORT: String(api),
    COUNTERFOIL_EDGE_PORT: String(edge),
    COUNTERFOIL_PUBLIC_URL: `http://127.0.0.1:${edge}`,
    COUNTERFOIL_STRIPE_BASE_URL: stripe.baseUrl,
    COUNTERFOIL_BTCPAY_BASE_URL: btcpay.baseUrl,
    COUNTERFOIL_QUICKBOOKS_BASE_URL: quickbooks.baseUrl,
    COUNTERFOIL_POLL_SECONDS: POLL_SECONDS,
    COUNTERFOIL_CONCURRENCY: CONCURRENCY,
  };
}

/** Ports that nobody has; held until all are known, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer();
      await new Promise<void>((resolve, reject) => {
        probe.once('error', reject);
        probe.listen(0, '127.0.0.1', resolve);
      });
      return probe;
    }),
  );
  const ports = probes.map((probe) => (probe.address() as { port: number }).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}
