import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { OidcFetch } from '../../src/hub/access/oidc-provider.ts';

/** What the next ID token says otherwise; null leaves a claim out. */
export interface OddToken {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** In place of the provider's own key. */
  readonly key?: KeyObject;
  readonly signature?: (signature: Buffer) => Buffer;
  readonly none?: boolean;
}

interface Grant {
  readonly parameters: URLSearchParams;
  readonly person: Readonly<Record<string, unknown>>;
}

const LIFE_S = 300;

/** A provider of OpenID Connect in this process: discovery, keys, codes good once with PKCE, and signed ID tokens. */
export class OidcServer {
  readonly issuer: string;
  readonly clientId = 'counterfoil';
  readonly clientSecret = 'secret-of-a-test';
  readonly redirectUri: string;
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  readonly #grants = new Map<string, Grant>();
  readonly requests: string[] = [];
  odd: OddToken = {};
  /** Over what discovery says. */
  metadata: Readonly<Record<string, unknown>> = {};
  isDown = false;

  constructor(redirectUri: string, issuer = 'https://id.example.com') {
    this.redirectUri = redirectUri;
    this.issuer = issuer;
  }

  /** A person agrees in the browser: where it is sent back to. Refuses what a provider refuses. */
  authorize(address: string, person: Readonly<Record<string, unknown>>): URL {
    const asked = new URL(address);
    const { searchParams: parameters } = asked;
    if (asked.origin + asked.pathname !== `${this.issuer}/authorize`) throw new Error('not our address');
    if (parameters.get('client_id') !== this.clientId) throw new Error('another client');
    if (parameters.get('redirect_uri') !== this.redirectUri) throw new Error('another redirect address');
    if (parameters.get('code_challenge_method') !== 'S256') throw new Error('no PKCE');
    const code = randomBytes(24).toString('base64url');
    this.#grants.set(code, { parameters, person });
    const back = new URL(this.redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', parameters.get('state')!);
    back.searchParams.set('iss', this.issuer);
    return back;
  }

  readonly fetch: OidcFetch = async (url, { method, headers, body }) => {
    this.requests.push(`${method} ${url}`);
    if (this.isDown) throw new Error('refused');
    if (url === `${this.issuer}/.well-known/openid-configuration`) return json(200, this.#discovery());
    if (url === `${this.issuer}/keys`) return json(200, { keys: [this.#publicKey()] });
    if (url === `${this.issuer}/token` && method === 'POST')
      return this.#token(headers, new URLSearchParams(body ?? ''));
    return json(404, {});
  };

  #discovery() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      ...this.metadata,
    };
  }

  #publicKey() {
    return { ...this.#key.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  }

  /** RFC 6749, 4.1.3 with RFC 7636: the client, the code once, its redirect address and its verifier. */
  #token(_headers: Readonly<Record<string, string>>, asked: URLSearchParams): Response {
    const grant = this.#grants.get(asked.get('code') ?? '');
    this.#grants.delete(asked.get('code') ?? '');
    const isClient = asked.get('client_id') === this.clientId && asked.get('client_secret') === this.clientSecret;
    if (!isClient) return json(401, { error: 'invalid_client' });
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      grant !== undefined &&
      grant.parameters.get('code_challenge') === challenge &&
      asked.get('redirect_uri') === this.redirectUri;
    if (!fits) return json(400, { error: 'invalid_grant' });
    return json(200, { access_token: 'at', token_type: 'Bearer', expires_in: LIFE_S, id_token: this.#idToken(grant) });
  }

  #idToken({ parameters, person }: Grant): string {
    const now = Math.floor(Date.now() / 1_000);
    const { claims, header, key = this.#key.privateKey, signature, none } = this.odd;
    const said = {
      iss: this.issuer,
      aud: this.clientId,
      sub: 'subject-1',
      iat: now,
      exp: now + LIFE_S,
      nonce: parameters.get('nonce'),
      ...person,
      ...claims,
    };
    const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
    const first = part({ alg: none ? 'none' : 'RS256', kid: 'one', typ: 'JWT', ...header });
    const text = `${first}.${part(kept)}`;
    if (none) return `${text}.`;
    const signed = sign('sha256', Buffer.from(text), key);
    return `${text}.${(signature?.(signed) ?? signed).toString('base64url')}`;
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
