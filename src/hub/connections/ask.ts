import type { ConnectorBase, ProviderRequest, ProviderResponse } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { type Json, parseJson } from '../../kernel/json.ts';
import { Secret } from '../../kernel/secret.ts';
import { baseUrlOf } from './base-url.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';
import { needsOwner } from './needs-owner.ts';
import type { Caller } from './tokens.ts';
import { withoutToken } from './without-token.ts';

export interface AskOptions {
  readonly lane: 'live' | 'backfill';
  readonly signal?: AbortSignal;
}

/** Opens the connection's credential. Throws `connection.not_active` when there is none. */
export async function callerOf(doors: WorkDoors, connection: Connection): Promise<Caller> {
  const caller = await (doors.tokens?.open(connection) ?? storedCaller(doors, connection));
  if (caller !== null) return caller;
  throw new CounterfoilError('connection.not_active', { detail: `${connection.displayName} has no credential.` });
}

async function storedCaller(doors: WorkDoors, connection: Connection): Promise<Caller | null> {
  const token = await doors.connections.token(connection);
  return token && { connection, token };
}

/**
 * One call on behalf of a connection: presents the credential, obeys budgets and breaker, never retries, but for one
 * thing: a token that was refused is renewed once, because a refused call has changed nothing. An answer that is an
 * error is thrown with its kind and outcome.
 */
export async function ask(
  doors: WorkDoors,
  caller: Caller,
  request: ProviderRequest,
  options: AskOptions,
): Promise<ProviderResponse> {
  const token = (await doors.tokens?.current(caller)) ?? caller.token;
  const first = await askWith(doors, { ...caller, token }, request, options);
  if (first.problem?.code !== 'provider.unauthorized') return settled(doors, caller, token, first);
  const renewed = (await doors.tokens?.renew(caller, token)) ?? null;
  if (renewed === null) throw first.problem;
  const second = await askWith(doors, { ...caller, token: renewed }, request, options);
  if (second.problem?.code === 'provider.unauthorized')
    await needsOwner(doors, { connection: caller.connection, token: renewed }, second.problem);
  return settled(doors, caller, renewed, second);
}

interface Asked {
  readonly answer: ProviderResponse;
  readonly problem: CounterfoilError | null;
}

async function settled(doors: WorkDoors, caller: Caller, token: Secret, asked: Asked): Promise<ProviderResponse> {
  if (asked.problem !== null) throw asked.problem;
  await doors.tokens?.worked(caller, token);
  return asked.answer;
}

async function askWith(
  doors: WorkDoors,
  { connection, token }: Caller,
  request: ProviderRequest,
  options: AskOptions,
): Promise<Asked> {
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
  if (problem?.code === 'provider.unclassified')
    doors.metrics.count('provider_errors_unclassified', { provider: connection.provider });
  return { answer, problem };
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
