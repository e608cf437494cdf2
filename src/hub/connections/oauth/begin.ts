import { base32 } from '../../../kernel/base32.ts';
import { sha256 } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { Actor } from '../../audit/index.ts';
import { baseUrlOf } from '../base-url.ts';
import type { Connection } from '../connection.ts';
import { oauthAddresses } from './addresses.ts';
import { appKeys } from './app-keys.ts';
import { AUTHORISATION_LIFE_MS, type Authorisation, type AuthorisationId } from './authorisation.ts';
import type { OAuthDoors } from './doors.ts';
import { oauthProvider } from './provider.ts';
import { chooseRedirectUri, chooseReturnTo, ownRedirectUri } from './redirect.ts';
import type { Environment } from './settings.ts';

/** 256 bits: state, binding and PKCE verifier cannot be guessed. */
const CHANCE_BYTES = 32;

export interface BeginRequest {
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: Environment;
  readonly place: Authorisation['place'];
  readonly actor: Actor;
  /** What only the browser or terminal that begins has. See {@link newBinding}. */
  readonly binding: Secret;
  /** The connection to authorise again; null for a new one. */
  readonly reconnect: Connection | null;
  /** Null takes our own callback. */
  readonly redirectUri: string | null;
  readonly returnTo: string | null;
  readonly since: number;
}

export interface BegunAuthorisation {
  readonly authorisationId: AuthorisationId;
  /** Where the person goes. Holds the state, so it is for them alone. */
  readonly authorizeUrl: string;
  readonly redirectUri: string;
  readonly expiresAt: number;
}

/** A value for a browser's cookie or a terminal's memory, as hard to guess as the state. */
export function newBinding({ work }: OAuthDoors): Secret {
  return new Secret(base32(work.random.bytes(CHANCE_BYTES)));
}

/**
 * Begins an authorisation: everything that can be known to be wrong is refused here, before the person is sent away. Throws
 * `oauth.not_configured`, `oauth.address_not_allowed`, `oauth.too_many` or `connection.unusable`.
 */
export async function beginAuthorisation(doors: OAuthDoors, request: BeginRequest): Promise<BegunAuthorisation> {
  const { work, oauth } = doors;
  const { connector, dialect } = oauthProvider(work.registry, request.provider);
  const { environment } = request;
  const keys = appKeys(oauth, connector, environment);
  // Refuses a production authorisation at a sandbox's address.
  const address = baseUrlOf(connector, { environment, baseUrl: null }, work.settings);
  const redirectUri = chooseRedirectUri({
    asked: request.redirectUri,
    own: ownRedirectUri(work.settings.publicUrl, request.provider),
    listed: oauth.redirectUris,
    environment,
  });
  const state = base32(work.random.bytes(CHANCE_BYTES));
  const verifier = dialect.usesPkce ? new Secret(base32(work.random.bytes(CHANCE_BYTES))) : null;
  const now = work.clock.now();
  const authorisation = {
    id: work.makeId('oaf'),
    tenantId: request.tenantId,
    provider: request.provider,
    environment,
    place: request.place,
    actor: request.actor,
    stateHash: sha256(state),
    bindingHash: sha256(request.binding.reveal()),
    connectionId: request.reconnect?.id ?? null,
    redirectUri,
    returnTo: chooseReturnTo(request.returnTo, oauth.returnOrigins),
    since: request.since,
    clientId: keys.clientId,
    baseUrl: null,
    verifier,
    expiresAt: now + AUTHORISATION_LIFE_MS,
  };
  if (!(await doors.authorisations.add(authorisation, now))) throw new CounterfoilError('oauth.too_many');
  const url = new URL(oauthAddresses({ connector, dialect }, address).authorize);
  const parameters = {
    client_id: keys.clientId,
    response_type: 'code',
    scope: Object.keys(dialect.scopes).join(' '),
    redirect_uri: redirectUri,
    state,
    ...(verifier === null ? {} : { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { authorisationId: authorisation.id, authorizeUrl: url.href, redirectUri, expiresAt: authorisation.expiresAt };
}

/** RFC 7636, 4.2. */
function challengeOf(verifier: Secret): string {
  return Buffer.from(sha256(verifier.reveal())).toString('base64url');
}
