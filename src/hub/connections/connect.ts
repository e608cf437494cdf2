import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { Secret } from '../../kernel/secret.ts';
import { type Actor, CLI_ACTOR } from '../audit/index.ts';
import { ask, askJson } from './ask.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';
import type { Caller } from './tokens.ts';

export interface ConnectRequest {
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: 'production' | 'sandbox';
  readonly token: Secret;
  /** Address of a self-hosted server. */
  readonly baseUrl: string | null;
  /** Which of the accounts that the credential reaches; null takes all of them. */
  readonly accountIds: readonly string[] | null;
  readonly since: number;
}

/**
 * Connects a source: finds out whose credential it is, and makes one connection for each account picked. Connecting
 * the same account again replaces its credential and goes on where it stopped.
 */
export async function connectSource(
  doors: WorkDoors,
  request: ConnectRequest,
  actor: Actor = CLI_ACTOR,
): Promise<readonly Connection[]> {
  const connections: Connection[] = [];
  for (const draft of await identifySource(doors, request))
    connections.push(await doors.connections.keep(draft, request.token, doors.clock.now(), actor));
  return connections;
}

/** The accounts that a credential reaches and that were picked. Stores nothing. */
export async function identifySource(doors: WorkDoors, request: ConnectRequest): Promise<readonly Connection[]> {
  const connector = doors.registry.source(request.provider);
  const draft = draftOf(doors, request, 'source', { accountId: '', name: connector.displayName, timeZone: null });
  const accounts = connector.identify.read(
    await askJson(doors, { connection: draft, token: request.token }, connector.identify.request(), { lane: 'live' }),
  );
  const picked =
    request.accountIds === null ? accounts : accounts.filter((one) => request.accountIds?.includes(one.accountId));
  const missing = (request.accountIds ?? []).filter((id) => !accounts.some((one) => one.accountId === id));
  if (missing.length > 0 || picked.length === 0) {
    throw new CounterfoilError('connection.unusable', {
      field: 'accountIds',
      detail: `The credential reaches ${accounts.map((one) => one.accountId).join(', ') || 'no account'}, not ${missing.join(', ') || 'any'}.`,
    });
  }
  return picked.map((account) => draftOf(doors, request, 'source', account));
}

/** Connects a ledger company, after reading from it that the credential is good for it. */
export async function connectLedger(doors: WorkDoors, request: LedgerRequest): Promise<Connection> {
  return doors.connections.keep(await identifyLedger(doors, request), request.token, doors.clock.now());
}

export type LedgerRequest = Omit<ConnectRequest, 'accountIds'> & { readonly companyId: string };

/** The company as it says of itself to this credential. Stores nothing. */
export async function identifyLedger(doors: WorkDoors, request: LedgerRequest): Promise<Connection> {
  const connector = doors.registry.ledger(request.provider);
  const draft = draftOf(doors, request, 'ledger', {
    accountId: request.companyId,
    name: connector.displayName,
    timeZone: null,
  });
  const caller: Caller = { connection: draft, token: request.token };
  const bodies: Json[] = [];
  for (const one of connector.company.requests(request.companyId))
    bodies.push(await askJson(doors, caller, one, { lane: 'live' }));
  const company = connector.company.read(request.companyId, bodies);
  return { ...draft, displayName: company.name, timeZone: company.timeZone ?? draft.timeZone };
}

export function draftOf(
  doors: WorkDoors,
  request: Omit<ConnectRequest, 'accountIds'>,
  role: Connection['role'],
  account: { accountId: string; name: string; timeZone: string | null },
): Connection {
  return {
    id: doors.makeId('con'),
    tenantId: request.tenantId,
    provider: request.provider,
    role,
    accountId: account.accountId,
    displayName: account.name,
    environment: request.environment,
    baseUrl: request.baseUrl,
    timeZone: account.timeZone ?? 'UTC',
    state: 'active',
    stateReason: null,
    since: request.since,
  };
}

/** Calls the provider with the stored credential, for a test of the connection. */
export async function testConnection(doors: WorkDoors, caller: Caller): Promise<void> {
  const { connection } = caller;
  const request =
    connection.role === 'ledger'
      ? doors.registry.ledger(connection.provider).company.requests(connection.accountId)[0]!
      : doors.registry.source(connection.provider).identify.request();
  await ask(doors, caller, request, { lane: 'live' });
}
