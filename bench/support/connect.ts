import { createTenant } from '../../src/hub/access/index.ts';
import {
  type Connection,
  callerOf,
  connectLedger,
  connectSource,
  ensureWebhook,
  savePair,
} from '../../src/hub/connections/index.ts';
import { openBooks, type PairSettings, readSettings } from '../../src/hub/mapping/index.ts';
import type { TenantId } from '../../src/kernel/ids.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { HISTORY_FROM_S } from './provider-accounts.ts';
import type { Stage } from './stage.ts';

export interface Connected {
  readonly tenantId: TenantId;
  readonly source: Connection;
  readonly ledger: Connection;
}

export interface ConnectOptions {
  /** Number of the sandbox account. */
  readonly account: number;
  readonly feeDetail: PairSettings['feeDetail'];
  readonly webhook: boolean;
}

/** A tenant of its own that posts a Stripe account into its QuickBooks company. */
export async function connectTenant(stage: Stage, { account, feeDetail, webhook }: ConnectOptions): Promise<Connected> {
  const { doors } = stage.installation;
  const access = await stage.providers.access(account);
  const now = doors.clock.now();
  const { id: tenantId } = await createTenant(doors.database, { makeId: doors.makeId, now }, `Acme LLC ${account}`);
  const shared = { tenantId, environment: 'sandbox', since: HISTORY_FROM_S * 1_000, baseUrl: null } as const;
  const ledger = await connectLedger(doors, {
    ...shared,
    provider: 'quickbooks',
    token: new Secret(access.quickbooksToken),
    companyId: access.realmId,
  });
  const [source] = await connectSource(doors, {
    ...shared,
    provider: 'stripe',
    token: new Secret(access.stripeKey),
    accountIds: null,
  });
  const settings = readSettings({ mode: 'deposit', feeDetail, taxUnknown: 'none' });
  const ids = { id: doors.makeId('pai'), tenantId, sourceId: source!.id, ledgerId: ledger.id };
  const pair = await doors.database.tenant(tenantId, (tx) => savePair(tx, { ...ids, settings }, now));
  await openBooks({
    doors,
    caller: await callerOf(doors, ledger),
    signal: new AbortController().signal,
    pair,
    source: { provider: 'stripe', displayName: 'Stripe' },
    currencies: ['USD'],
  });
  if (webhook) await ensureWebhook(doors, await callerOf(doors, source!));
  return { tenantId, source: source!, ledger };
}
