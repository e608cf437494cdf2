import type { LedgerCompany } from '../../connectors/sdk/index.ts';
import type { Secret } from '../../kernel/secret.ts';
import { addAppEndpoint, type Connection, type ConnectRequest, callerOf, connectLedger } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { readCompany } from '../posting/index.ts';
import type { OperateStores } from './stores.ts';
import { withLease } from './with-lease.ts';

export interface ConnectCompanyRequest {
  readonly ledger: Omit<ConnectRequest, 'accountIds'> & { readonly companyId: string };
  /** With which the ledger signs its notifications, as its portal shows it; null leaves them out. */
  readonly webhookVerifier: Secret | null;
  readonly signal: AbortSignal;
}

export interface ConnectedCompany {
  readonly connection: Connection;
  readonly company: LedgerCompany;
  /** To be entered in the ledger's portal; null without a verifier. */
  readonly webhookUrl: string | null;
}

/** Connects a company of a ledger by its token and reads its terms, so that a person learns what it does not allow. */
export async function connectCompany(
  doors: HubDoors,
  hub: OperateStores,
  request: ConnectCompanyRequest,
): Promise<ConnectedCompany> {
  const { ledger, ...rest } = request;
  return openCompany(doors, hub, { ...rest, connection: await connectLedger(doors, ledger) });
}

export type OpenCompanyRequest = Omit<ConnectCompanyRequest, 'ledger'> & { readonly connection: Connection };

/** The same for a company that was just connected. */
export async function openCompany(
  doors: HubDoors,
  hub: OperateStores,
  { connection, webhookVerifier, signal }: OpenCompanyRequest,
): Promise<ConnectedCompany> {
  const caller = await callerOf(doors, connection);
  const company = await withLease(doors, hub.workStore, { connectionId: connection.id, signal }, (lease, aborted) =>
    readCompany({ doors, caller, lease, store: hub.stores.deliveries, signal: aborted }, true),
  );
  if (webhookVerifier === null) return { connection, company, webhookUrl: null };
  const { url } = await addAppEndpoint(doors, connection.tenantId, connection.provider, webhookVerifier);
  return { connection, company, webhookUrl: url };
}
