import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  customFetch,
  discoveryRequest,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi';
import type { Clock } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';

/** The provider at which people of this installation sign in, and what we are there. */
export interface OidcSettings {
  /** Exactly as the provider writes it. */
  readonly issuer: string;
  readonly clientId: string;
  /** None: a public client, proved by PKCE alone. */
  readonly clientSecret: Secret | undefined;
  readonly redirectUri: string;
}

/** Sends a request to the provider; rejects when no answer came. */
export type OidcFetch = (
  url: string,
  request: { readonly method: string; readonly headers: Record<string, string>; readonly body: string | null },
) => Promise<Response>;

/** What the provider says of a person, checked. */
export interface OidcClaims {
  readonly subject: string;
  /** Null unless the provider has verified it. */
  readonly email: string | null;
  readonly name: string | null;
}

export interface OidcProvider {
  readonly issuer: string;
  /** Whether browsers come back by https. */
  readonly isSecure: boolean;
  /** Where the browser is sent to. Throws `access.oidc_unreachable`. */
  authorizeUrl(asked: OidcProof): Promise<string>;
  /** Checks the callback, exchanges its code and checks the ID token. Throws `access.oidc_refused`, `access.oidc_unreachable`. */
  claims(parameters: URLSearchParams, asked: OidcProof): Promise<OidcClaims>;
}

/** What binds an answer to who asked. */
export interface OidcProof {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What a provider says of itself is asked for again after this. */
const DISCOVERY_LIFE_MS = 3_600_000;
const SCOPE = 'openid email profile';

export function oidcProvider(settings: OidcSettings, fetch: OidcFetch, clock: Pick<Clock, 'now'>): OidcProvider {
  const { issuer, clientId, redirectUri } = settings;
  const client: Client = { client_id: clientId };
  const options = {
    [allowInsecureRequests]: issuer.startsWith('http:'),
    [customFetch]: (url: string, { method, headers, body }: { method: string; headers: object; body?: unknown }) =>
      fetch(url, { method, headers: { ...headers }, body: body == null ? null : String(body) }),
  };
  let known: { readonly server: AuthorizationServer; readonly until: number } | null = null;
  const discover = async (): Promise<AuthorizationServer> => {
    if (known !== null && clock.now() < known.until) return known.server;
    const url = new URL(issuer);
    const server = await reachable(async () =>
      processDiscoveryResponse(url, await discoveryRequest(url, { ...options, algorithm: 'oidc' })),
    );
    if (server.issuer !== issuer) throw new CounterfoilError('access.oidc_unreachable', { detail: OTHER_ISSUER });
    known = { server, until: clock.now() + DISCOVERY_LIFE_MS };
    return server;
  };
  return {
    issuer,
    isSecure: redirectUri.startsWith('https:'),
    authorizeUrl: async ({ state, nonce, verifier }) => {
      const server = await discover();
      const url = new URL(server.authorization_endpoint!);
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    claims: async (parameters, { state, nonce, verifier }) => {
      const server = await discover();
      const checked = await refused(() => validateAuthResponse(server, client, parameters, state));
      if (!checked.has('code')) throw new CounterfoilError('access.oidc_refused');
      const auth = clientAuth(server, settings);
      const answer = await reachable(() =>
        authorizationCodeGrantRequest(server, client, auth, checked, redirectUri, verifier, options),
      );
      return refused(async () => {
        const tokens = await processAuthorizationCodeResponse(server, client, answer, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
        await validateApplicationLevelSignature(server, answer, options);
        return claimsOf(getValidatedIdTokenClaims(tokens)!);
      });
    },
  };
}

const OTHER_ISSUER = 'The provider names another issuer than COUNTERFOIL_OIDC_ISSUER does.';

function clientAuth(server: AuthorizationServer, { clientSecret }: OidcSettings) {
  if (clientSecret === undefined) return None();
  const posts = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ?? false;
  return posts ? ClientSecretPost(clientSecret.reveal()) : ClientSecretBasic(clientSecret.reveal());
}

function claimsOf(claims: Readonly<Record<string, unknown>>): OidcClaims {
  const { sub, email, email_verified: isVerified, name } = claims;
  return {
    subject: String(sub),
    email: typeof email === 'string' && isVerified === true ? email : null,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, MAX_NAME) : null,
  };
}

const MAX_NAME = 100;

/** What the answer says, or that it is not to be believed. */
async function refused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CounterfoilError('access.oidc_refused', { cause: error });
  }
}

async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CounterfoilError('access.oidc_unreachable', { cause: error });
  }
}
