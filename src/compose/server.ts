import { authorisationCookie, createApiServer, createEdgeServer } from '../edge/http/index.ts';
import {
  firstStartCode,
  OIDC_CALLBACK,
  type OidcProvider,
  oidcFetch,
  oidcProvider,
  openAccess,
  pgIdempotencyStore,
  RequestLimiter,
} from '../hub/access/index.ts';
import { pgAttentionList, pgAuditLog } from '../hub/audit/index.ts';
import {
  arriveAtCallback,
  arriveAtPairing,
  oauthProviders,
  pairingProviders,
  receiveGrant,
} from '../hub/connections/index.ts';
import { createHealth, pgConnectionList, pgHealthStore, systemMachine } from '../hub/health/index.ts';
import { Inbox, type InboxStore, Opening, pgDeliveryList, pgInboxStore } from '../hub/inbox/index.ts';
import { createAuthorisations, createConnectionChanges, createWebhooks } from '../hub/operate/index.ts';
import { pipelineTurn, type Stores } from '../hub/pipeline/index.ts';
import { pgDeliveryStore, pgOutboxStore, pgPostingList } from '../hub/posting/index.ts';
import { pgReconcileStore, pgReconciliationList } from '../hub/reconcile/index.ts';
import { pgSyncStore } from '../hub/sync/index.ts';
import { CounterfoilError } from '../kernel/errors.ts';
import type { TenantId } from '../kernel/ids.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Config } from '../platform/config/index.ts';
import { Jobs, pgWorkStore, Worker, type WorkStore } from '../platform/engine/index.ts';
import { giveBackMemory } from '../platform/memory/index.ts';
import { migrationStatus } from '../platform/store/index.ts';
import { postgresBudgets } from '../platform/transport/index.ts';
import { localApiToken } from '../platform/vault/index.ts';
import { type Installation, processName } from './installation.ts';
import { RELEASE } from './release.ts';
import { scheduledJobs } from './schedule.ts';

/** The hub's stores over the installation's database. */
export interface HubStores {
  readonly stores: Stores;
  readonly inboxStore: InboxStore;
  readonly workStore: WorkStore;
}

export function hubStores({ doors: { database, makeId } }: Installation): HubStores {
  return {
    inboxStore: pgInboxStore(database, makeId),
    workStore: pgWorkStore(database),
    stores: {
      sync: pgSyncStore(database, { makeId }),
      outbox: pgOutboxStore(database, makeId),
      deliveries: pgDeliveryStore(database, makeId),
      reconcile: pgReconcileStore(database, makeId),
    },
  };
}

export interface RunningServer {
  /** Where the API answers; null for a worker. */
  readonly apiUrl: string | null;
  /** Where webhooks arrive; null for a worker. */
  readonly edgeUrl: string | null;
  /** Makes the first owner; null when there is one, and for a worker. */
  readonly firstStartCode: Secret | null;
  /** Turns away new work, lets what runs end, closes the listeners. The installation stays open. */
  stop(): Promise<void>;
}

/** Starts what the role asks for: listeners, worker, or both. */
export async function startServer(installation: Installation, hub: HubStores): Promise<RunningServer> {
  const { config, doors } = installation;
  const listens = config.role !== 'worker';
  const works = config.role !== 'api';
  const processing = works ? startProcessing(installation, hub) : null;
  const jobs = works ? await startJobs(installation) : null;
  // Listeners last: what arrives finds everything running.
  const listeners = listens ? await startListeners(installation, hub, processing) : null;
  return {
    apiUrl: listeners?.apiUrl ?? null,
    edgeUrl: listeners?.edgeUrl ?? null,
    firstStartCode: listeners === null ? null : await firstStartCode(openAccess(doors)),
    stop: async () => {
      // Nothing new is taken before anything that runs is waited for.
      await listeners?.close();
      await processing?.stop(config.drain_ms);
      await jobs?.stop(config.drain_ms);
      doors.log.info('stopped', {});
    },
  };
}

interface Processing {
  runs(): boolean;
  pokeInbox(): void;
  stop(drain_ms: number): Promise<void>;
}

/** The worker and the loop that opens the inbox. */
function startProcessing({ config, doors }: Installation, { stores, inboxStore, workStore }: HubStores): Processing {
  const owner = processName(doors.random);
  const worker = new Worker(
    { store: workStore, clock: doors.clock, random: doors.random, log: doors.log },
    { owner, slots: config.concurrency, onRest: giveBackMemory },
    pipelineTurn(doors, stores),
  );
  worker.start();
  const opening = new Opening(doors, inboxStore, { onEvents: () => worker.poke() });
  opening.start();
  return {
    runs: () => opening.isRunning,
    pokeInbox: () => opening.poke(),
    stop: async (drain_ms) => {
      await opening.stop();
      await worker.stop(drain_ms);
    },
  };
}

async function startJobs(installation: Installation): Promise<Jobs> {
  const { host, port, database, ssl } = installation.owner;
  const jobs = new Jobs({ host, port, database, ssl, password: installation.enginePassword }, installation.doors.log);
  await jobs.start(scheduledJobs(installation));
  return jobs;
}

async function startListeners(installation: Installation, { inboxStore }: HubStores, processing: Processing | null) {
  const { config, doors } = installation;
  const { database, log, metrics, clock, makeId, registry, random } = doors;
  const http = { log, metrics, makeRequestId: () => makeId('req') };
  const inbox = new Inbox(doors, inboxStore, () => processing?.pokeInbox());
  const { oauth } = installation;
  const cookie = authorisationCookie(config.publicUrl);
  const edge = createEdgeServer({
    ...http,
    publicUrl: config.publicUrl,
    inbox,
    providers: registry.providers.map((one) => one.provider),
    callback: {
      arrive: (arrival) => arriveAtCallback(oauth, arrival),
      cookie,
      providers: oauthProviders(registry),
      onFailure: (error) => log.error('a callback failed', { error }),
      pairing: {
        receive: (grant) => receiveGrant(oauth, grant),
        arrive: (arrival) => arriveAtPairing(oauth, arrival),
        providers: pairingProviders(registry),
      },
    },
  });
  const connections = pgConnectionList(database);
  const api = await createApiServer({
    ...http,
    publicUrl: config.appUrl,
    trustedProxies: config.trustedProxies,
    token: config.apiToken ?? (await localApiToken(config.dataDir, random)),
    version: RELEASE,
    deliveries: pgDeliveryList(database),
    postings: pgPostingList(database),
    reconciliations: pgReconciliationList(database),
    attention: pgAttentionList(database),
    connections,
    connectionChanges: createConnectionChanges(doors, oauth),
    authorisations: createAuthorisations(oauth),
    webhooks: createWebhooks(doors),
    cookie,
    access: openAccess(doors),
    oidc: oidcOf(installation),
    audit: pgAuditLog(database),
    idempotency: pgIdempotencyStore(doors),
    limiter: new RequestLimiter(postgresBudgets(database), clock),
    tenantOf: homeTenant(installation),
    health: createHealth({
      store: pgHealthStore(database),
      connections,
      machine: systemMachine(config.dataDir),
      clock,
      migrations: () => migrationStatus(installation.owner),
      workerRuns: processing === null ? null : () => processing.runs(),
    }),
  });
  try {
    const edgeUrl = await edge.listen({ host: config.host, port: config.edgePort });
    const apiUrl = await api.listen({ host: config.host, port: config.port });
    return { edgeUrl, apiUrl, close: () => Promise.all([edge.close(), api.close()]) };
  } catch (error) {
    await Promise.all([edge.close(), api.close()]);
    throw portTaken(error, config);
  }
}

function oidcOf({ config: { oidc, appUrl }, wire, doors: { clock } }: Installation): OidcProvider | null {
  return oidc && oidcProvider({ ...oidc, redirectUri: `${appUrl}${OIDC_CALLBACK}` }, oidcFetch(wire, clock), clock);
}

/** Asked for once: health is told also while the database is gone. */
function homeTenant(installation: Installation): () => Promise<TenantId> {
  let known: TenantId | undefined;
  return async () => {
    known ??= (await installation.tenant()).id;
    return known;
  };
}

/** What a person can do about it, instead of the system's word. */
function portTaken(error: unknown, config: Config): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  const ports = `${config.port} (API) and ${config.edgePort} (webhooks)`;
  return new CounterfoilError('config.invalid', {
    detail: `Another program listens on ${config.host}, port ${ports}. Stop it, or set COUNTERFOIL_PORT and COUNTERFOIL_EDGE_PORT.`,
    cause: error,
  });
}
