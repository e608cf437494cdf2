import type { ConnectorBase, ProviderRequest, ProviderResponse } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { type Json, parseJson } from '../../kernel/json.ts';
import { Secret } from '../../kernel/secret.ts';
import { baseUrlOf } from './base-url.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';
import { withoutToken } from './without-token.ts';

export interface AskOptions {
  readonly lane: 'live' | 'backfill';
  readonly signal?: AbortSignal;
}

/** What a call needs of a connection; also for one that is being made and has no id in the store yet. */
export interface Caller {
  readonly connection: Connection;
  readonly token: Secret;
}

/** Opens the connection's credential. Throws `connection.not_active` when there is none. */
export async function callerOf(doors: WorkDoors, connection: Connection): Promise<Caller> {
  const token = await doors.connections.token(connection);
  if (token === null)
    throw new CounterfoilError('connection.not_active', { detail: `${connection.displayName} has no credential.` });
  return { connection, token };
}

/**
 * One call on behalf of a connection: presents the credential, obeys budgets and breaker, never retries. An answer that
 * is an error is thrown with its kind and outcome.
 */
export async function ask(
  doors: WorkDoors,
  caller: Caller,
  request: ProviderRequest,
  options: AskOptions,
): Promise<ProviderResponse> {
  const { connection, token } = caller;
  const connector = connectorOf(doors, connection);
  const address = baseUrlOf(connector, connection, doors.settings);
  const unlimited = address.isSandbox && !doors.settings.limitSandbox;
  const sent = await doors.transport.send(
    {
      tenantId: connection.tenantId,
      connectionId: connection.id,
      provider: connection.provider,
      baseUrl: address.url,
      privateHostAllowed: address.privateAllowed,
      allowedHosts: connector.hosts.kind === 'self_hosted' ? 'self_hosted' : [new URL(address.url).host],
      auth: { header: connector.auth.header, value: new Secret(connector.auth.prefix + token.reveal()) },
      headers: connector.headers,
      request: unlimited ? { ...request, budgets: [] } : request,
      limits: unlimited ? [] : connector.limits,
      timeout_ms: connector.timeout_ms,
      requestIdHeader: connector.requestIdHeader,
      lane: options.lane,
    },
    options.signal,
  );
  const answer = withoutToken(sent, token);
  const problem = connector.classify(request, answer);
  if (problem === null) return answer;
  if (problem.code === 'provider.unclassified')
    doors.metrics.count('provider_errors_unclassified', { provider: connection.provider });
  throw problem;
}

/** The answer's body as JSON, without loss of digits. A body that is none leaves the outcome unknown. */
export async function askJson(
  doors: WorkDoors,
  caller: Caller,
  request: ProviderRequest,
  options: AskOptions,
): Promise<Json> {
  const answer = await ask(doors, caller, request, options);
  try {
    return parseJson(answer.text);
  } catch (cause) {
    throw new CounterfoilError('provider.unreadable', {
      detail: `${request.operation} answered ${answer.status} with a body that is not JSON.`,
      cause,
    });
  }
}

export function connectorOf(doors: WorkDoors, connection: Pick<Connection, 'provider' | 'role'>): ConnectorBase {
  return connection.role === 'ledger'
    ? doors.registry.ledger(connection.provider)
    : doors.registry.source(connection.provider);
}
