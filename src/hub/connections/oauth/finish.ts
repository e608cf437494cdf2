import { sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import { CounterfoilError, isCounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { identifyLedger, identifySource } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { appKeys } from './app-keys.ts';
import type { Authorisation } from './authorisation.ts';
import { type Callback, checkCallback } from './check-callback.ts';
import type { OAuthDoors } from './doors.ts';
import { type OAuthProvider, oauthProvider } from './provider.ts';
import { exchangeCode, revokeToken, type TokenCall } from './token-endpoint.ts';

export interface Authorised {
  readonly connection: Connection;
  readonly returnTo: string | null;
}

/**
 * Takes a provider's answer: checks all of it, takes the one use of the authorisation, and only then exchanges the code, reads
 * from the provider whose account it is, and stores the tokens. Whatever is refused is a security event.
 */
export async function finishAuthorisation(doors: OAuthDoors, callback: Callback): Promise<Authorised> {
  const { work, authorisations } = doors;
  const authorisation = await findAuthorisation(doors, callback);
  const provider = oauthProvider(work.registry, authorisation.provider);
  const now = work.clock.now();
  const check = checkCallback(authorisation, callback, provider.dialect, now);
  if (!check.ok) throw await refuse(doors, authorisation, check.code, check.detail);
  const wanted =
    authorisation.connectionId === null
      ? null
      : await work.connections.find(authorisation.tenantId, authorisation.connectionId);
  if (wanted !== null && check.accountId !== null && check.accountId !== wanted.accountId)
    throw await refuse(
      doors,
      authorisation,
      'connection.other_account',
      otherAccount(provider, wanted, check.accountId, null),
    );
  const taken = await authorisations.take(authorisation, now);
  if (taken === null) throw await refuse(doors, authorisation, 'oauth.state_used', 'It was finished before.');
  try {
    const call = await tokenCall(doors, authorisation, provider);
    const { tokens, accountId } = await exchangeCode(call, {
      parameters: callback.parameters,
      state: callback.parameters.get('state') ?? '',
      redirectUri: authorisation.redirectUri,
      verifier: taken.verifier,
    });
    try {
      const draft = await identify(doors, {
        authorisation,
        provider,
        token: tokens.access,
        accountId: accountId ?? check.accountId,
      });
      if (wanted !== null && draft.accountId !== wanted.accountId) {
        const detail = otherAccount(provider, wanted, draft.accountId, draft.displayName);
        throw new CounterfoilError('connection.other_account', { detail });
      }
      const connection = await doors.grants.keep(draft, tokens, authorisation, work.clock.now());
      await authorisations.finish(authorisation, 'connected', connection.id);
      return { connection, returnTo: authorisation.returnTo };
    } catch (error) {
      // What is not stored must not stay good at the provider.
      await withdraw(call, tokens.refresh ?? tokens.access);
      throw error;
    }
  } catch (error) {
    throw await failed(doors, authorisation, error);
  }
}

async function findAuthorisation(
  doors: OAuthDoors,
  { parameters, tenantId, provider }: Callback,
): Promise<Authorisation> {
  const state = parameters.getAll('state');
  const hash = sha256(state[0] ?? '');
  const owner = state.length === 1 ? await doors.authorisations.tenantOf(hash) : null;
  const authorisation = owner === null ? null : await doors.authorisations.byState(owner, hash);
  if (authorisation !== null) return authorisation;
  const detail = { code: 'oauth.state_unknown', provider };
  await doors.authorisations.refuseUnknown(
    { tenantId, kind: 'oauth.callback_refused', detail },
    doors.work.clock.now(),
  );
  throw new CounterfoilError('oauth.state_unknown');
}

async function refuse(
  doors: OAuthDoors,
  authorisation: Authorisation,
  code: ErrorCode,
  detail: string,
): Promise<CounterfoilError> {
  const event = {
    tenantId: authorisation.tenantId,
    kind: 'oauth.callback_refused',
    detail: { code, provider: authorisation.provider, authorisationId: authorisation.id },
  };
  await doors.authorisations.refuse(authorisation, code, event, doors.work.clock.now());
  return new CounterfoilError(code, { detail });
}

/** The authorisation was taken and did not end well: it says why, and it is recorded. */
async function failed(doors: OAuthDoors, authorisation: Authorisation, error: unknown): Promise<unknown> {
  const given = isCounterfoilError(error) ? error : null;
  const code = given?.code ?? 'internal.unexpected';
  await doors.authorisations.finish(authorisation, code, null);
  const detail = { code, provider: authorisation.provider, authorisationId: authorisation.id };
  const event = { tenantId: authorisation.tenantId, kind: 'oauth.exchange_failed', detail };
  await doors.authorisations.refuse(authorisation, code, event, doors.work.clock.now());
  return error;
}

async function tokenCall(
  doors: OAuthDoors,
  authorisation: Authorisation,
  { connector }: OAuthProvider,
): Promise<TokenCall> {
  const keys = appKeys(doors.oauth, connector, authorisation.environment);
  if (keys.clientId !== authorisation.clientId) {
    const detail = 'The keys of the app were changed after this authorisation was begun. Begin again.';
    throw new CounterfoilError('oauth.not_configured', { detail });
  }
  return { doors: doors.work, connection: draftFor(doors, authorisation, connector.displayName), keys };
}

/** Stands for the connection that is being made, in calls that come before it. */
function draftFor({ work }: OAuthDoors, authorisation: Authorisation, displayName: string): Connection {
  return {
    id: authorisation.connectionId ?? work.makeId('con'),
    tenantId: authorisation.tenantId,
    provider: authorisation.provider,
    role: roleOf(work, authorisation.provider),
    accountId: '',
    displayName,
    environment: authorisation.environment,
    baseUrl: null,
    timeZone: 'UTC',
    state: 'active',
    stateReason: null,
    since: authorisation.since,
  };
}

function roleOf({ registry }: OAuthDoors['work'], provider: string): Connection['role'] {
  return registry.providers.find((one) => one.provider === provider)?.role ?? 'source';
}

interface Identify {
  readonly authorisation: Authorisation;
  readonly provider: OAuthProvider;
  readonly token: Parameters<typeof identifyLedger>[1]['token'];
  readonly accountId: string | null;
}

/** Nobody signs the account's id in a callback: only what the account answers to the token is believed. */
async function identify(
  { work }: OAuthDoors,
  { authorisation, provider, token, accountId }: Identify,
): Promise<Connection> {
  const { tenantId, environment, since } = authorisation;
  const request = {
    tenantId,
    provider: authorisation.provider,
    environment,
    token,
    baseUrl: authorisation.baseUrl,
    since,
  };
  if (roleOf(work, authorisation.provider) === 'ledger') {
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
