import type { Installation } from '../src/compose/installation.ts';
import {
  addAppEndpoint,
  type Connection,
  callerOf,
  connectLedger,
  connectSource,
  ensureWebhook,
  type Pair,
} from '../src/hub/connections/index.ts';
import { openBooks, readSettings } from '../src/hub/mapping/index.ts';
import type { TenantId } from '../src/kernel/ids.ts';
import { Secret } from '../src/kernel/secret.ts';
import { wake } from '../src/platform/engine/index.ts';
import { control } from './control.ts';
import type { DemoOptions } from './options.ts';
import type { SandboxAccess } from './sandbox-process.ts';

export interface ConnectedSource {
  readonly connection: Connection;
  readonly pair: Pair;
}

export interface Connected {
  readonly tenantId: TenantId;
  readonly ledger: Connection;
  readonly sources: readonly ConnectedSource[];
  /** Has every connection looked at now instead of at its next poll. */
  wake(): Promise<void>;
}

/** Days before the month from which on is read: what was sold before and paid out in it. */
const DAYS_BEFORE = 10;

/** Connects the sandbox's Stripe account and BTCPay store with its company; connecting again changes nothing. */
export async function connectEverything(
  installation: Installation,
  access: SandboxAccess,
  options: DemoOptions,
): Promise<Connected> {
  const { doors } = installation;
  const tenantId = (await installation.tenant()).id;
  const since = Date.parse(`${options.month}-01T00:00:00Z`) - DAYS_BEFORE * 86_400_000;
  const shared = { tenantId, environment: 'sandbox', since } as const;
  const { quickbooks, stripe, btcpay } = access;
  const ledger = await connectLedger(doors, {
    ...shared,
    provider: 'quickbooks',
    baseUrl: null,
    token: new Secret(quickbooks.accessToken),
    companyId: quickbooks.realmId,
  });
  await listenToLedger(installation, access, tenantId);
  const sources: ConnectedSource[] = [];
  const accounts = [
    { provider: 'stripe', token: stripe.apiKey, baseUrl: null },
    { provider: 'btcpay', token: btcpay.apiKey, baseUrl: btcpay.baseUrl },
  ];
  for (const { provider, token, baseUrl } of accounts) {
    const found = await connectSource(doors, {
      ...shared,
      provider,
      token: new Secret(token),
      baseUrl,
      accountIds: null,
    });
    for (const connection of found)
      sources.push({ connection, pair: await pairUp(installation, { tenantId, connection, ledger, options }) });
  }
  const all = [ledger.id, ...sources.map((source) => source.connection.id)];
  return {
    tenantId,
    ledger,
    sources,
    wake: () =>
      doors.database.tenant(tenantId, async (tx) => {
        for (const id of all) await wake(tx, id, doors.clock.now());
      }),
  };
}

interface PairUp {
  readonly tenantId: TenantId;
  readonly connection: Connection;
  readonly ledger: Connection;
  readonly options: DemoOptions;
}

async function pairUp({ doors }: Installation, { tenantId, connection, ledger, options }: PairUp): Promise<Pair> {
  const settings = readSettings({
    mode: options.mode,
    feeDetail: options.fees,
    taxUnknown: 'none',
    unmatched: 'sale',
    partial: 'accept',
    late: 'accept',
  });
  const id = doors.makeId('pai');
  const pair = await doors.connections.savePair(
    { id, tenantId, sourceId: connection.id, ledgerId: ledger.id, settings },
    doors.clock.now(),
  );
  const { displayName } = doors.registry.source(connection.provider);
  const source = { provider: connection.provider, displayName };
  await openBooks({
    doors,
    caller: await callerOf(doors, ledger),
    signal: new AbortController().signal,
    pair,
    source,
    currencies: ['USD'],
  });
  // Registered before the first event, so that the month arrives by webhook and by polling side by side.
  await ensureWebhook(doors, await callerOf(doors, connection));
  return pair;
}

/** QuickBooks has no API to register webhooks: what a person enters in its portal goes through the sandbox's control door. */
async function listenToLedger({ doors }: Installation, access: SandboxAccess, tenantId: TenantId): Promise<void> {
  const verifier = 'demo-verifier-token';
  const { url } = await addAppEndpoint(doors, tenantId, 'quickbooks', new Secret(verifier));
  await control(access.url, 'POST', '/control/quickbooks/webhook', { url, verifierToken: verifier });
}
