import { base32 } from '../../../kernel/base32.ts';
import { sha256 } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { isHomeHost } from '../../../kernel/home-host.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { Actor } from '../../audit/index.ts';
import { baseUrlOf } from '../base-url.ts';
import type { Connection } from '../connection.ts';
import { AUTHORISATION_LIFE_MS, type Authorisation } from '../oauth/authorisation.ts';
import type { BegunAuthorisation } from '../oauth/begin.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
import { chooseReturnTo, ownRedirectUri } from '../oauth/redirect.ts';
import { probeServer } from './probe.ts';
import { requirePairing } from './provider.ts';
import { serverAddress } from './server-address.ts';

/** 256 bits. The server's form comes without our cookies, so the state alone leads to the pairing. */
const STATE_BYTES = 32;
/** A server behind Tor takes a while. */
const PROBE_MS = 30_000;

export interface BeginPairing {
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: Connection['environment'];
  readonly place: Authorisation['place'];
  /** Who begins, and so who connects. */
  readonly actor: Actor;
  /** What only the browser or terminal that begins has. */
  readonly binding: Secret;
  readonly reconnect: Connection | null;
  /** Where the server answers us; null takes that of the connection. */
  readonly server: string | null;
  /** Where a person reaches the same server, when it has another name for them. */
  readonly browserUrl: string | null;
  readonly returnTo: string | null;
  /** Ms UTC. */
  readonly since: number;
}

/**
 * Begins a pairing: whatever can be known to be wrong is refused before the person is sent to the server's page. Throws
 * `connection.unusable`, `connection.other_account`, `transport.*`, `provider.*`, `oauth.address_not_allowed` or
 * `oauth.too_many`.
 */
export async function beginPairing(
  { work, authorisations, oauth }: OAuthDoors,
  request: BeginPairing,
  signal?: AbortSignal,
): Promise<BegunAuthorisation> {
  const { tenantId, provider, environment, reconnect } = request;
  const { connector, pairing } = requirePairing(work.registry, provider);
  const server = chosenServer(request);
  const { url, privateAllowed, isSandbox } = baseUrlOf(connector, { environment, baseUrl: server }, work.settings);
  const page = request.browserUrl === null ? url : serverAddress(request.browserUrl, 'browserUrl');
  const redirectUri = ownRedirectUri(work.settings.publicUrl, provider);
  const returnTo = chooseReturnTo(request.returnTo, oauth.returnOrigins);
  if (environment === 'production') {
    const refusal = pairing.pageRefusal(page);
    if (refusal !== null) throw new CounterfoilError('connection.unusable', { field: 'server', detail: refusal });
    refuseOpenWay(redirectUri);
  }
  await probeServer(work, { connector, pairing }, { tenantId, url, privateAllowed, timeout_ms: PROBE_MS }, signal);
  const state = base32(work.random.bytes(STATE_BYTES));
  const now = work.clock.now();
  const authorisation = {
    id: work.makeId('oaf'),
    tenantId,
    provider,
    environment,
    place: request.place,
    actor: request.actor,
    stateHash: sha256(state),
    bindingHash: sha256(request.binding.reveal()),
    connectionId: reconnect?.id ?? null,
    redirectUri,
    returnTo,
    since: request.since,
    clientId: '',
    // A stand-in on this machine moves with its setting.
    baseUrl: isSandbox ? null : server,
    verifier: null,
    expiresAt: now + AUTHORISATION_LIFE_MS,
  };
  if (!(await authorisations.add(authorisation, now))) throw new CounterfoilError('oauth.too_many');
  const authorizeUrl = pairing.authorizePage(page, `${redirectUri}?state=${state}`);
  return { authorisationId: authorisation.id, authorizeUrl, redirectUri, expiresAt: authorisation.expiresAt };
}

/** A connection stays with its server: another one has other stores, whatever they are called. */
function chosenServer({ server, reconnect }: BeginPairing): string | null {
  const given = server === null ? null : serverAddress(server, 'server');
  if (reconnect === null || given === null || given === reconnect.baseUrl) return given ?? reconnect?.baseUrl ?? null;
  throw new CounterfoilError('connection.other_account', {
    field: 'server',
    detail: `${reconnect.displayName} is at ${reconnect.baseUrl ?? 'the sandbox'}, and ${given} was named. Nothing was changed.`,
  });
}

/** The browser posts the key to this address: it may not cross a public network in the clear. */
function refuseOpenWay(redirectUri: string): void {
  const { protocol, hostname } = new URL(redirectUri);
  if (protocol === 'https:' || isHomeHost(hostname)) return;
  throw new CounterfoilError('oauth.address_not_allowed', {
    field: 'redirectUri',
    detail:
      'The key would be sent to us over plain http. Set COUNTERFOIL_PUBLIC_URL to an https address, or make a key in the settings of the server and connect with that.',
  });
}
