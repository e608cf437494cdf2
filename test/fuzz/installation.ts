import { tmpdir } from 'node:os';
import { authorisationCookie, createApiServer, createEdgeServer } from '../../src/edge/http/index.ts';
import { openAccess, pgIdempotencyStore, RequestLimiter } from '../../src/hub/access/index.ts';
import { pgAttentionList, pgAuditLog } from '../../src/hub/audit/index.ts';
import { createHealth, pgConnectionList, pgHealthStore, systemMachine } from '../../src/hub/health/index.ts';
import { pgDeliveryList } from '../../src/hub/inbox/index.ts';
import { createAuthorisations, createConnectionChanges, createWebhooks } from '../../src/hub/operate/index.ts';
import { pgPostingList } from '../../src/hub/posting/index.ts';
import { pgReconciliationList } from '../../src/hub/reconcile/index.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { migrationStatus } from '../../src/platform/store/index.ts';
import { createMetrics, type Log } from '../../src/platform/telemetry/index.ts';
import { memoryBudgets } from '../../src/platform/transport/index.ts';
import { type Books, openedBooks } from '../pipeline/books.ts';
import { eachKindOfDocument } from '../pipeline/business.ts';
import type { WebhookProvider } from './webhook-bodies.ts';
import type { FuzzEndpoint } from './webhook-cases.ts';

const TOKEN = 'local-token-of-the-fuzz';
const SECRET = 'whsec_of_the_fuzz';

/** Both listeners on real ports over a real PostgreSQL, the sandbox behind, and endpoints whose secrets are known. */
export interface FuzzInstallation {
  readonly books: Books;
  readonly edgeUrl: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly endpoints: readonly FuzzEndpoint[];
  /** Messages of the log at level error, each with what was thrown. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export async function openInstallation(): Promise<FuzzInstallation> {
  const errors: string[] = [];
  const books = await openedBooks({
    sources: ['stripe', 'btcpay'],
    settings: { mode: 'invoicing', unmatched: 'sale' },
  });
  eachKindOfDocument(books.hub.sandbox, books.clock.at());
  await books.work();
  const endpoints = await openEndpoints(books);
  const log = errorLog(errors);
  const common = { log, metrics: createMetrics(), makeRequestId: () => books.hub.doors.makeId('req') };
  const providers = books.hub.doors.registry.providers.map(({ provider }) => provider);
  const edge = createEdgeServer({ ...common, inbox: books.hub.inbox, providers });
  const api = await createApiServer({ ...common, ...verbsOf(books), token: new Secret(TOKEN), version: '0.0.0' });
  const address = { host: '127.0.0.1', port: 0 };
  return {
    books,
    edgeUrl: await edge.listen(address),
    apiUrl: await api.listen(address),
    token: TOKEN,
    endpoints,
    errors,
    close: async () => {
      await Promise.all([edge.close(), api.close()]);
      await books.hub.close();
    },
  };
}

/** The fuzz asks more than anybody may. */
const NO_LIMIT = { burst: 1_000_000, perRequest_ms: 0.001 };
const UNLIMITED = { address: NO_LIMIT, user: NO_LIMIT, tenant: NO_LIMIT, key: NO_LIMIT };

function verbsOf({ hub: { test, doors, oauth }, clock }: Books) {
  const { database, owner, tenantId } = test;
  const connections = pgConnectionList(database);
  return {
    deliveries: pgDeliveryList(database),
    postings: pgPostingList(database),
    reconciliations: pgReconciliationList(database),
    attention: pgAttentionList(database),
    connections,
    connectionChanges: createConnectionChanges(doors, oauth),
    authorisations: createAuthorisations(oauth),
    webhooks: createWebhooks(doors),
    cookie: authorisationCookie(doors.settings.publicUrl),
    access: openAccess(doors),
    audit: pgAuditLog(database),
    idempotency: pgIdempotencyStore(doors),
    limiter: new RequestLimiter(memoryBudgets(clock), clock, UNLIMITED),
    tenantOf: () => tenantId,
    oidc: null,
    health: createHealth({
      store: pgHealthStore(database),
      connections,
      machine: systemMachine(tmpdir()),
      clock,
      migrations: () => migrationStatus(owner),
      workerRuns: null,
    }),
  };
}

async function openEndpoints({ hub, clock, ledger, pairs }: Books): Promise<FuzzEndpoint[]> {
  const { doors, sandbox, test } = hub;
  const accounts = { btcpay: sandbox.btcpay.settings.stores[0]!.id, quickbooks: sandbox.quickbooks.realmId };
  const open = async (provider: WebhookProvider, connectionId: string | null, accountId: string) => {
    const token = `token-of-the-fuzz-for-${provider}`;
    const url = `${doors.settings.publicUrl}/webhooks/${provider}/${token}`;
    await doors.connections.addEndpoint(
      {
        tenantId: test.tenantId,
        connectionId: connectionId as typeof ledger.id | null,
        provider,
        registrationId: null,
        token,
        url,
        secret: new Secret(SECRET),
      },
      clock.now(),
    );
    return { provider, path: new URL(url).pathname, secret: SECRET, accountId, now: clock.at() };
  };
  return [
    await open('stripe', pairs[0]!.sourceId, 'acct_made_up'),
    await open('btcpay', pairs[1]!.sourceId, accounts.btcpay),
    await open('quickbooks', null, accounts.quickbooks),
  ];
}

function errorLog(errors: string[]): Log {
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (message, fields) => {
      const { error } = (fields ?? {}) as { readonly error?: unknown };
      errors.push(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    },
  };
}
