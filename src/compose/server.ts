import { createApiServer, createEdgeServer } from '../edge/http/index.ts';
import { fanOut, Inbox, type InboxStore, pgInboxStore } from '../hub/inbox/index.ts';
import { pipelineTurn, type Stores } from '../hub/pipeline/index.ts';
import { pgDeliveryStore, pgOutboxStore } from '../hub/posting/index.ts';
import { pgReconcileStore } from '../hub/reconcile/index.ts';
import { pgSyncStore } from '../hub/sync/index.ts';
import { base32 } from '../kernel/base32.ts';
import { messageOf } from '../kernel/errors.ts';
import { Jobs, pgWorkStore, Worker, type WorkStore } from '../platform/engine/index.ts';
import { localApiToken } from '../platform/vault/index.ts';
import type { Installation } from './installation.ts';
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
  /** Turns away new work, lets what runs end, closes the listeners. The installation stays open. */
  stop(): Promise<void>;
}

/** The inbox is looked at this often when nobody says that something came. */
const INBOX_POLL_MS = 1_000;

/** Starts what the role asks for: listeners, worker, or both. */
export async function startServer(installation: Installation, hub: HubStores): Promise<RunningServer> {
  const { config, doors } = installation;
  const listens = config.role !== 'worker';
  const works = config.role !== 'api';
  const processing = works ? startProcessing(installation, hub) : null;
  const jobs = works ? await startJobs(installation) : null;
  const listeners = listens ? await startListeners(installation, hub, () => processing?.pokeInbox()) : null;
  return {
    apiUrl: listeners?.apiUrl ?? null,
    edgeUrl: listeners?.edgeUrl ?? null,
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
  pokeInbox(): void;
  stop(drain_ms: number): Promise<void>;
}

/** The worker and the loop that opens the inbox. */
function startProcessing({ doors }: Installation, { stores, inboxStore, workStore }: HubStores): Processing {
  const owner = `${process.pid}-${base32(doors.random.bytes(5))}`;
  const worker = new Worker({ store: workStore, clock: doors.clock, random: doors.random, log: doors.log }, { owner, slots: 8 }, pipelineTurn(doors, stores));
  worker.start();
  const stopping = new AbortController();
  let wakeUp = () => {};
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      let empty = true;
      try {
        const taken = await fanOut(doors, inboxStore);
        empty = taken.empty;
        if (taken.events > 0) worker.poke();
      } catch (error) {
        doors.log.warn('the inbox could not be opened; what was received is kept', { error: messageOf(error) });
      }
      if (empty && !stopping.signal.aborted) {
        const pause = new AbortController();
        wakeUp = () => pause.abort();
        await doors.clock.sleep(INBOX_POLL_MS, pause.signal).catch(() => {});
      }
    }
  })();
  return {
    pokeInbox: () => wakeUp(),
    stop: async (drain_ms) => {
      stopping.abort();
      wakeUp();
      await loop;
      await worker.stop(drain_ms);
    },
  };
}

async function startJobs(installation: Installation): Promise<Jobs> {
  const { host, port, database, ssl } = installation.owner;
  const jobs = new Jobs({ host, port, database, ssl, password: installation.enginePassword }, installation.doors.log);
  await jobs.start(scheduledJobs(installation.doors));
  return jobs;
}

async function startListeners(installation: Installation, { inboxStore, workStore }: HubStores, stored: () => void) {
  const { config, doors } = installation;
  const inbox = new Inbox(doors, inboxStore, stored);
  const token = config.apiToken ?? (await localApiToken(config.dataDir, doors.random));
  const edge = await createEdgeServer({ doors, inbox });
  const api = await createApiServer({ doors, workStore, token, tenant: () => installation.tenant() });
  const edgeUrl = await edge.listen({ host: config.host, port: config.edgePort });
  const apiUrl = await api.listen({ host: config.host, port: config.port });
  return { edgeUrl, apiUrl, close: () => Promise.all([edge.close(), api.close()]) };
}
