import { createSecretKey } from 'node:crypto';
import { answerDoor, createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/src/index.ts';
import { registry } from '../../src/connectors/registry.ts';
import {
  addAppEndpoint,
  type Connection,
  callerOf,
  connectLedger,
  connectSource,
  type OAuthDoors,
  type OAuthSettings,
  oauthTokenDoor,
  type Pair,
  pgAuthorisationStore,
  pgConnectionStore,
  pgGrantStore,
} from '../../src/hub/connections/index.ts';
import { fanOut, Inbox, type InboxStore, pgInboxStore } from '../../src/hub/inbox/index.ts';
import type { HubDoors } from '../../src/hub/index.ts';
import { openBooks, type PairSettings, pgMappingStore, readSettings } from '../../src/hub/mapping/index.ts';
import { keyChangeRecorder, SEALED_TABLES } from '../../src/hub/operate/index.ts';
import { pipelineTurn, type Stores } from '../../src/hub/pipeline/index.ts';
import { pgDeliveryStore, pgOutboxStore } from '../../src/hub/posting/index.ts';
import { pgReconcileStore } from '../../src/hub/reconcile/index.ts';
import { pgSyncStore } from '../../src/hub/sync/index.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { idMaker } from '../../src/kernel/ids.ts';
import { type Random, systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { pgWorkStore, type Turn } from '../../src/platform/engine/index.ts';
import { asOwner } from '../../src/platform/store/index.ts';
import { createMetrics, type Log, silentLog } from '../../src/platform/telemetry/index.ts';
import {
  createTransport,
  type FetchDoor,
  memoryBreakers,
  memoryBudgets,
  postgresCalls,
} from '../../src/platform/transport/index.ts';
import {
  createKeyAdmin,
  createVault,
  type InTransaction,
  installationSecret,
  type KeyAdmin,
  type KeyProvider,
  keyringOf,
  localKeyProvider,
  pgKeyRecords,
  pgVaultStore,
  verifyKey,
} from '../../src/platform/vault/index.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

export interface TestHubOptions {
  /** A database that is there already, and is closed with the hub; otherwise a fresh one. */
  readonly test?: TestDatabase;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly oauth?: Partial<OAuthSettings>;
  /** The key that a rotation goes to. */
  readonly nextKey?: KeyProvider;
  /** Wraps the way to the sandbox: a judge, a fault of one's own. */
  readonly through?: (fetch: FetchDoor) => FetchDoor;
}

/** The hub over a real PostgreSQL and the sandbox, in one process. */
export interface TestHub {
  readonly doors: HubDoors;
  readonly oauth: OAuthDoors;
  readonly keys: KeyAdmin;
  readonly sandbox: Sandbox;
  readonly stores: Stores;
  readonly inbox: Inbox;
  readonly inboxStore: InboxStore;
  readonly test: TestDatabase;
  /** Connects QuickBooks and the named sources, maps every role, with these settings. */
  connect(
    settings: Partial<PairSettings>,
    sources?: readonly ('stripe' | 'btcpay')[],
  ): Promise<{ readonly ledger: Connection; readonly pairs: readonly Pair[] }>;
  /** Gives every connection its turns until nothing is due. Answers how many turns there were. */
  settle(): Promise<number>;
  close(): Promise<void>;
}

const BASE = 'http://127.0.0.1:9';
/** More turns than this without coming to rest is an endless loop. */
const MAX_TURNS = 2_000;

export async function testHub(options: TestHubOptions = {}): Promise<TestHub> {
  const test = options.test ?? (await testDatabase());
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const makeId = idMaker(clock, random);
  let inbox: Inbox | undefined;
  const sandbox = createSandbox({
    seed: 1,
    now: () => clock.now(),
    wait: (ms) => clock.sleep(ms),
    baseUrl: () => BASE,
    send: (request) => deliver(inbox!, request),
    quickbooks: { limits: null },
    stripe: { requestsPerSecond: 1_000_000 },
    ...options.sandbox,
  });
  const direct: FetchDoor = (request) => answerDoor(sandbox, request);
  const keyProvider = localKeyProvider(createSecretKey(Buffer.alloc(32, 7)), random);
  await verifyKey({
    provider: keyProvider,
    origin: 'test',
    store: pgKeyRecords((work) => asOwner(test.owner, work), clock),
  });
  const asTestOwner: InTransaction = (work) => asOwner(test.owner, work);
  const keyring = keyringOf(keyProvider);
  await installationSecret(keyring, asTestOwner, random);
  const vault = createVault({ keyProvider: keyring, store: pgVaultStore(test.database, clock), random });
  const work: HubDoors = {
    database: test.database,
    connections: pgConnectionStore(test.database, { vault, makeId, clock }),
    mapping: pgMappingStore(test.database),
    vault,
    clock,
    random,
    makeId,
    registry,
    log: options.log ?? silentLog,
    metrics: createMetrics(),
    transport: createTransport({
      clock,
      random,
      budgets: memoryBudgets(clock),
      breakers: memoryBreakers(clock),
      calls: postgresCalls(test.database),
      fetch: (options.through ?? ((one) => one))(direct),
    }),
    settings: {
      poll_ms: 60_000,
      compare_ms: 0,
      publicUrl: 'http://127.0.0.1:4171',
      limitSandbox: false,
      privateHosts: [],
      baseUrls: { stripe: `${BASE}/stripe`, btcpay: `${BASE}/btcpay`, quickbooks: `${BASE}/quickbooks` },
    },
  };
  const storeDoors = { vault, makeId, clock };
  const oauth: OAuthDoors = {
    work,
    authorisations: pgAuthorisationStore(test.database, storeDoors),
    grants: pgGrantStore(test.database, storeDoors),
    oauth: { apps: { quickbooks: { sandbox: appOf(sandbox) } }, redirectUris: [], returnOrigins: [], ...options.oauth },
  };
  const doors: HubDoors = { ...work, tokens: oauthTokenDoor(oauth, 'test') };
  const stores: Stores = {
    sync: pgSyncStore(test.database, { makeId }),
    outbox: pgOutboxStore(test.database, makeId),
    deliveries: pgDeliveryStore(test.database, makeId),
    reconcile: pgReconcileStore(test.database, makeId),
  };
  const inboxStore = pgInboxStore(test.database, makeId);
  inbox = new Inbox(doors, inboxStore, () => {});
  const turn = pipelineTurn(doors, stores);
  return {
    doors,
    oauth,
    keys: createKeyAdmin({
      database: test.database,
      clock,
      random,
      makeId,
      record: keyChangeRecorder({ makeId, clock }),
      keyring,
      current: { provider: keyProvider, origin: 'test', parameters: null },
      next: options.nextKey ? { provider: options.nextKey, origin: 'test', parameters: null } : null,
      tables: SEALED_TABLES,
      isInDataDirectory: false,
      dataDir: '/nowhere',
    }),
    sandbox,
    stores,
    inbox,
    inboxStore,
    test,
    connect: (settings, sources = ['stripe', 'btcpay']) => connect(doors, sandbox, test, settings, sources),
    settle: () => settle(doors, inboxStore, turn),
    close: async () => {
      await doors.transport.close();
      await test.close();
    },
  };
}

/** The keys that the sandbox's QuickBooks gives to every app. */
function appOf(sandbox: Sandbox) {
  const { clientId, clientSecret } = sandbox.quickbooks.app;
  return { clientId, clientSecret: new Secret(clientSecret) };
}

async function deliver(inbox: Inbox, request: Request): Promise<Response> {
  const [, , provider, token] = new URL(request.url).pathname.split('/');
  const body = new Uint8Array(await request.arrayBuffer());
  const { status } = await inbox.receive({
    provider: provider!,
    token: token!,
    headers: Object.fromEntries(request.headers),
    body,
  });
  return new Response(null, { status });
}

async function connect(
  doors: HubDoors,
  sandbox: Sandbox,
  { tenantId }: TestDatabase,
  settings: Partial<PairSettings>,
  sources: readonly ('stripe' | 'btcpay')[],
) {
  const since = Date.UTC(2026, 8, 20);
  const { accessToken } = sandbox.quickbooks.issueTokens();
  const ledger = await connectLedger(doors, {
    tenantId,
    provider: 'quickbooks',
    environment: 'sandbox',
    token: new Secret(accessToken),
    baseUrl: null,
    since,
    companyId: sandbox.quickbooks.realmId,
  });
  await addAppEndpoint(doors, tenantId, 'quickbooks', new Secret('verifier'));
  const caller = await callerOf(doors, ledger);
  const pairs: Pair[] = [];
  for (const provider of sources) {
    const token = provider === 'stripe' ? sandbox.stripe.settings.apiKey : sandbox.btcpay.settings.apiKey;
    const [source] = await connectSource(doors, {
      tenantId,
      provider,
      environment: 'sandbox',
      token: new Secret(token),
      baseUrl: null,
      accountIds: null,
      since,
    });
    const id = doors.makeId('pai');
    const pair = await doors.connections.savePair(
      { id, tenantId, sourceId: source!.id, ledgerId: ledger.id, settings: readSettings(settings) },
      doors.clock.now(),
    );
    await openBooks({
      doors,
      caller,
      signal: new AbortController().signal,
      pair,
      currencies: ['USD'],
      source: { provider, displayName: registry.source(provider).displayName },
    });
    pairs.push(pair);
  }
  return { ledger, pairs };
}

async function settle(doors: HubDoors, inbox: InboxStore, turn: Turn): Promise<number> {
  const store = pgWorkStore(doors.database);
  const signal = new AbortController().signal;
  for (let turns = 0; turns < MAX_TURNS; ) {
    while (!(await fanOut(doors, inbox)).empty);
    const leases = await store.claim({ owner: 'test', now: doors.clock.now(), limit: 10, lease_ms: 60_000 });
    if (leases.length === 0) return turns;
    for (const lease of leases) {
      await store.release(lease, { ...(await turn(lease, signal)), failures: 0 });
      turns += 1;
    }
  }
  throw new Error(`still not at rest after ${MAX_TURNS} turns`);
}
