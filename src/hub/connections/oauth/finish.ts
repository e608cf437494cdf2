import { sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import { CounterfoilError, isCounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { identifyLedger, identifySource } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { appKeys } from './app-keys.ts';
import { type Callback, checkCallback } from './check-callback.ts';
import type { OAuthDoors } from './doors.ts';
import type { Flow } from './flow.ts';
import { type OAuthProvider, oauthProvider } from './provider.ts';
import { exchangeCode, revokeToken, type TokenCall } from './token-endpoint.ts';

export interface SignedIn {
  readonly connection: Connection;
  readonly returnTo: string | null;
}

/**
 * Takes a provider's answer: checks all of it, takes the one use of the sign-in, and only then exchanges the code, reads
 * from the provider whose account it is, and stores the tokens. Whatever is refused is a security event.
 */
export async function finishSignIn(doors: OAuthDoors, callback: Callback): Promise<SignedIn> {
  const { work, flows } = doors;
  const flow = await findFlow(doors, callback);
  const provider = oauthProvider(work.registry, flow.provider);
  const now = work.clock.now();
  const check = checkCallback(flow, callback, provider.dialect, now);
  if (!check.ok) throw await refuse(doors, flow, check.code, check.detail);
  const wanted = flow.connectionId === null ? null : await work.connections.find(flow.tenantId, flow.connectionId);
  if (wanted !== null && check.accountId !== null && check.accountId !== wanted.accountId)
    throw await refuse(doors, flow, 'connection.other_account', otherAccount(provider, wanted, check.accountId, null));
  const taken = await flows.take(flow, now);
  if (taken === null) throw await refuse(doors, flow, 'oauth.state_used', 'It was finished before.');
  try {
    const call = await tokenCall(doors, flow, provider);
    const { tokens, accountId } = await exchangeCode(call, {
      parameters: callback.parameters,
      state: callback.parameters.get('state') ?? '',
      redirectUri: flow.redirectUri,
      verifier: taken.verifier,
    });
    try {
      const draft = await identify(doors, {
        flow,
        provider,
        token: tokens.access,
        accountId: accountId ?? check.accountId,
      });
      if (wanted !== null && draft.accountId !== wanted.accountId) {
        const detail = otherAccount(provider, wanted, draft.accountId, draft.displayName);
        throw new CounterfoilError('connection.other_account', { detail });
      }
      const connection = await doors.grants.keep(draft, tokens, flow.clientId, work.clock.now());
      await flows.finish(flow, 'connected', connection.id);
      return { connection, returnTo: flow.returnTo };
    } catch (error) {
      // What is not stored must not stay good at the provider.
      await withdraw(call, tokens.refresh ?? tokens.access);
      throw error;
    }
  } catch (error) {
    throw await failed(doors, flow, error);
  }
}

async function findFlow(doors: OAuthDoors, { parameters, tenantId, provider }: Callback): Promise<Flow> {
  const state = parameters.getAll('state');
  const hash = sha256(state[0] ?? '');
  const owner = state.length === 1 ? await doors.flows.tenantOf(hash) : null;
  const flow = owner === null ? null : await doors.flows.byState(owner, hash);
  if (flow !== null) return flow;
  const detail = { code: 'oauth.state_unknown', provider };
  await doors.flows.refuseUnknown({ tenantId, kind: 'oauth.callback_refused', detail }, doors.work.clock.now());
  throw new CounterfoilError('oauth.state_unknown');
}

async function refuse(doors: OAuthDoors, flow: Flow, code: ErrorCode, detail: string): Promise<CounterfoilError> {
  const event = {
    tenantId: flow.tenantId,
    kind: 'oauth.callback_refused',
    detail: { code, provider: flow.provider, flowId: flow.id },
  };
  await doors.flows.refuse(flow, code, event, doors.work.clock.now());
  return new CounterfoilError(code, { detail });
}

/** The sign-in was taken and did not end well: it says why, and it is recorded. */
async function failed(doors: OAuthDoors, flow: Flow, error: unknown): Promise<unknown> {
  const given = isCounterfoilError(error) ? error : null;
  const code = given?.code ?? 'internal.unexpected';
  await doors.flows.finish(flow, code, null);
  const detail = { code, provider: flow.provider, flowId: flow.id };
  const event = { tenantId: flow.tenantId, kind: 'oauth.exchange_failed', detail };
  await doors.flows.refuse(flow, code, event, doors.work.clock.now());
  return error;
}

async function tokenCall(doors: OAuthDoors, flow: Flow, { connector }: OAuthProvider): Promise<TokenCall> {
  const keys = appKeys(doors.oauth, connector, flow.environment);
  if (keys.clientId !== flow.clientId) {
    const detail = 'The keys of the app were changed after this sign-in was begun. Begin again.';
    throw new CounterfoilError('oauth.not_configured', { detail });
  }
  return { doors: doors.work, connection: draftFor(doors, flow, connector.displayName), keys };
}

/** Stands for the connection that is being made, in calls that come before it. */
function draftFor({ work }: OAuthDoors, flow: Flow, displayName: string): Connection {
  return {
    id: flow.connectionId ?? work.makeId('con'),
    tenantId: flow.tenantId,
    provider: flow.provider,
    role: roleOf(work, flow.provider),
    accountId: '',
    displayName,
    environment: flow.environment,
    baseUrl: null,
    timeZone: 'UTC',
    state: 'active',
    stateReason: null,
    since: flow.since,
  };
}

function roleOf({ registry }: OAuthDoors['work'], provider: string): Connection['role'] {
  return registry.providers.find((one) => one.provider === provider)?.role ?? 'source';
}

interface Identify {
  readonly flow: Flow;
  readonly provider: OAuthProvider;
  readonly token: Parameters<typeof identifyLedger>[1]['token'];
  readonly accountId: string | null;
}

/** Nobody signs the account's id in a callback: only what the account answers to the token is believed. */
async function identify({ work }: OAuthDoors, { flow, provider, token, accountId }: Identify): Promise<Connection> {
  const { tenantId, environment, since } = flow;
  const request = { tenantId, provider: flow.provider, environment, token, baseUrl: flow.baseUrl, since };
  if (roleOf(work, flow.provider) === 'ledger') {
    if (accountId !== null) return identifyLedger(work, { ...request, companyId: accountId });
    throw new CounterfoilError('provider.unreadable', {
      detail: `${provider.connector.displayName} did not say which company was chosen.`,
    });
  }
  const found = await identifySource(work, { ...request, accountIds: accountId === null ? null : [accountId] });
  if (found.length === 1) return found[0]!;
  throw new CounterfoilError('connection.unusable', {
    field: 'accountIds',
    detail: `The consent covers ${found.map((one) => `${one.displayName} (${one.accountId})`).join(', ')}: allow one of them at a time.`,
  });
}

async function withdraw(call: TokenCall, token: Parameters<typeof revokeToken>[1]): Promise<void> {
  try {
    await revokeToken(call, token);
  } catch (error) {
    call.doors.log.warn('tokens that are not used could not be revoked', { error: messageOf(error) });
  }
}

function otherAccount(
  { connector }: OAuthProvider,
  wanted: Connection,
  accountId: string,
  name: string | null,
): string {
  const chosen = name === null ? accountId : `${name} (${accountId})`;
  return `This connection is for ${wanted.displayName} (${wanted.accountId}) at ${connector.displayName}, and ${chosen} was chosen. Nothing was changed.`;
}

/** A person's copy of the address to which the provider sent their browser. Throws `oauth.callback_incomplete`. */
export function pastedCallback(
  text: string,
  given: { provider: string; tenantId: TenantId; binding: Callback['binding'] },
): Callback {
  const trimmed = text.trim().replace(/^["'<]|["'>]$/g, '');
  if (!URL.canParse(trimmed)) {
    throw new CounterfoilError('oauth.callback_incomplete', {
      field: 'address',
      detail: 'That is no address. Copy all of the address bar, from https:// on.',
    });
  }
  const { origin, pathname, searchParams } = new URL(trimmed);
  return { ...given, parameters: searchParams, pastedUri: `${origin}${pathname}` };
}
