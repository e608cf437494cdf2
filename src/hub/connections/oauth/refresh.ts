import { backoff_ms } from '../../../kernel/backoff.ts';
import { CounterfoilError, isCounterfoilError } from '../../../kernel/errors.ts';
import type { Connection } from '../connection.ts';
import { needsOwner } from '../needs-owner.ts';
import { appKeys } from './app-keys.ts';
import type { OAuthDoors } from './doors.ts';
import type { Grant, GrantLease, TokenSet } from './grant.ts';
import { oauthProvider } from './provider.ts';
import { LAST_MOMENT_MS } from './refresh-due.ts';
import { refreshTokens, revokeToken, TOKEN_CALL_TIMEOUT_MS, type TokenCall } from './token-endpoint.ts';

/** Longer than two calls and what is written between them: it ends only under a process that died. */
const REFRESH_LEASE_MS = 2 * TOKEN_CALL_TIMEOUT_MS + 20_000;
/** Who finds that somebody else refreshes looks again after this, and up to as long again later. */
const LOOK_AGAIN_MS = 100;
/** Tokens that the provider has given and that are not stored are gone with this process: so long it tries to. */
const STORE_WITHIN_MS = 15 * 60_000;
const STORE_PAUSE_MS = 15_000;

/** Whether another refresh than the one seen is needed. */
type IsGood = (grant: Grant) => boolean;

export interface RefreshWanted {
  /** Names this process in the lease. */
  readonly owner: string;
  readonly isGood: IsGood;
  /** The generation whose access token the provider refuses: it is not used for want of a newer one. */
  readonly refused?: bigint;
}

/**
 * Brings a connection's tokens to where `isGood`, with one refresh at a time among all processes: whoever has the lease
 * asks the provider, the others wait for what it stores. Throws `oauth.grant_rejected` when the owner is needed, and
 * what the provider's trouble is otherwise; tokens are never given up for that.
 */
export async function refreshed(doors: OAuthDoors, connection: Connection, wanted: RefreshWanted): Promise<Grant> {
  const { owner, isGood } = wanted;
  const { clock, random } = doors.work;
  const until = clock.now() + REFRESH_LEASE_MS;
  for (;;) {
    const grant = await grantOf(doors, connection);
    const now = clock.now();
    if (isGood(grant)) return grant;
    if (grant.retryAt !== null && grant.retryAt > now) {
      if (isUsable(grant, now, wanted)) return grant;
      throw waits(connection, grant.retryAt - now);
    }
    const lease = await doors.grants.lease(connection, owner, now, REFRESH_LEASE_MS);
    if (lease !== null) {
      // Somebody may have stored others between our look and our lease.
      if (lease.generation === grant.generation) return refreshUnder(doors, connection, { grant, lease, wanted });
      await doors.grants.release(connection, lease, null);
      continue;
    }
    if (now >= until) throw waits(connection, LOOK_AGAIN_MS);
    await clock.sleep(LOOK_AGAIN_MS + Math.floor(random.fraction() * LOOK_AGAIN_MS));
  }
}

interface Refresh {
  readonly grant: Grant;
  readonly lease: GrantLease;
  readonly wanted: RefreshWanted;
}

async function refreshUnder(doors: OAuthDoors, connection: Connection, under: Refresh): Promise<Grant> {
  const { grants } = doors;
  const { grant, lease } = under;
  try {
    const call = tokenCall(doors, connection, grant);
    const brought = await askForTokens(doors, call, grant, lease);
    // Durable before anybody uses them.
    const outcome = brought === null ? 'superseded' : await saveAtLast(doors, connection, brought);
    if (outcome === 'gone') await withdraw(call, brought?.tokens ?? null);
    if (outcome !== 'saved') await grants.release(connection, lease, null);
  } catch (error) {
    return await afterFailure(doors, connection, { ...under, error });
  }
  return grantOf(doors, connection);
}

interface Brought {
  readonly tokens: TokenSet;
  /** With the refresh token that brought them as its own. */
  readonly lease: GrantLease;
}

/** Null when somebody else has stored newer tokens meanwhile. */
async function askForTokens(
  doors: OAuthDoors,
  call: TokenCall,
  grant: Grant,
  lease: GrantLease,
): Promise<Brought | null> {
  try {
    return { tokens: await refreshTokens(call, lease.refresh), lease };
  } catch (error) {
    if (!isRejected(error)) throw error;
    const stored = await doors.grants.find(call.connection);
    if (stored !== null && stored.generation !== grant.generation) return null;
    if (lease.lastGood === null) throw error;
    // The newest never worked: the one before may still be the provider's.
    return { tokens: await refreshTokens(call, lease.lastGood), lease: { ...lease, refresh: lease.lastGood } };
  }
}

/** Also when the lease has run out: what others have stored meanwhile is not written over. */
async function saveAtLast(
  { work: { clock, random }, grants }: OAuthDoors,
  connection: Connection,
  { lease, tokens }: Brought,
): ReturnType<OAuthDoors['grants']['save']> {
  const until = clock.now() + STORE_WITHIN_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      return await grants.save(connection, lease, tokens, clock.now());
    } catch (error) {
      if (!isCounterfoilError(error) || error.kind !== 'retryable' || clock.now() >= until) throw error;
      await clock.sleep(Math.min(STORE_PAUSE_MS, backoff_ms(failures, random)));
    }
  }
}

interface Failure extends Refresh {
  readonly error: unknown;
}

async function afterFailure(
  doors: OAuthDoors,
  connection: Connection,
  { grant, lease, wanted, error }: Failure,
): Promise<Grant> {
  const { work, grants } = doors;
  if (isCounterfoilError(error) && error.code === 'connection.not_active') throw error;
  const now = work.clock.now();
  if (isRejected(error)) {
    await grants.release(connection, lease, null);
    const refused = rejected(connection, lease, error);
    await needsOwner(work, { connection, token: grant.access }, refused);
    throw refused;
  }
  const asked = isCounterfoilError(error) ? error.retryAfter_ms : undefined;
  await grants.release(connection, lease, now + (asked ?? backoff_ms(lease.failures + 1, work.random)));
  if (!isCounterfoilError(error)) throw error;
  if (error.code === 'oauth.app_rejected' || error.code === 'oauth.not_configured') {
    const { tenantId, displayName } = connection;
    const detail = `${displayName} and every other connection of this app: ${error.message}`;
    await grants.alert({ tenantId, connectionId: null, code: error.code, subject: grant.clientId, detail }, now);
  }
  work.log.warn('tokens could not be renewed yet', { connectionId: connection.id, code: error.code });
  if (isUsable(grant, now, wanted)) return grant;
  throw beforeTheCall(error);
}

/** Whatever became of the request for tokens, the call that needs them was not sent. */
function beforeTheCall(error: CounterfoilError): CounterfoilError {
  const { code, message, retryAfter_ms, provider } = error;
  return new CounterfoilError(code, {
    detail: message,
    outcome: 'not_applied',
    cause: error,
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
    ...(provider === undefined ? {} : { provider }),
  });
}

function isRejected(error: unknown): error is CounterfoilError {
  return isCounterfoilError(error) && error.code === 'oauth.grant_rejected';
}

function rejected(connection: Connection, lease: GrantLease, error: CounterfoilError): CounterfoilError {
  const lost =
    lease.failures === 0
      ? ''
      : ' An earlier answer with newer tokens may have been lost on the way, which makes the stored ones worthless.';
  return new CounterfoilError('oauth.grant_rejected', {
    detail: `The authorisation of ${connection.displayName} was ended at the provider, or has run out.${lost}`,
    cause: error,
    ...(error.provider === undefined ? {} : { provider: error.provider }),
  });
}

function isUsable({ generation, accessExpiresAt }: Grant, now: number, { refused }: RefreshWanted): boolean {
  return generation !== refused && accessExpiresAt - LAST_MOMENT_MS > now;
}

async function grantOf(doors: OAuthDoors, connection: Connection): Promise<Grant> {
  const grant = await doors.grants.find(connection);
  if (grant !== null) return grant;
  throw new CounterfoilError('connection.not_active', { detail: `${connection.displayName} has no credential.` });
}

function tokenCall({ work, oauth }: OAuthDoors, connection: Connection, grant: Grant): TokenCall {
  const { connector } = oauthProvider(work.registry, connection.provider);
  const keys = appKeys(oauth, connector, connection.environment);
  if (keys.clientId === grant.clientId) return { doors: work, connection, keys };
  throw new CounterfoilError('oauth.app_rejected', {
    detail: `${connection.displayName} was authorised with the keys of app ${grant.clientId}, and those of ${keys.clientId} are set now: tokens of one app mean nothing to another. Set the former again, or reconnect.`,
  });
}

async function withdraw(call: TokenCall, tokens: TokenSet | null): Promise<void> {
  if (tokens !== null) await revokeToken(call, tokens.refresh ?? tokens.access).catch(() => {});
}

function waits(connection: Connection, wait_ms: number): CounterfoilError {
  return new CounterfoilError('provider.unavailable', {
    detail: `The tokens of ${connection.displayName} could not be renewed yet; it is tried again.`,
    outcome: 'not_applied',
    retryAfter_ms: wait_ms,
  });
}
