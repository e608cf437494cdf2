import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Actor } from '../audit/index.ts';
import {
  type Authorisation,
  type AuthorisationId,
  type BegunAuthorisation,
  beginAuthorisation,
  type Connection,
  finishAuthorisation,
  newBinding,
  type OAuthDoors,
  pastedCallback,
} from '../connections/index.ts';

interface Places {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly binding: Secret;
  readonly returnTo: string | null;
  readonly redirectUri: string | null;
}

export interface BeginAuthorisation extends Places {
  readonly provider: string;
  readonly environment: Connection['environment'];
  /** Ms UTC; null begins with the day of today, in UTC. */
  readonly since: number | null;
}

export interface BeginReconnect extends Places {
  readonly connectionId: string;
}

export interface AuthorisationStanding {
  readonly id: AuthorisationId;
  readonly provider: string;
  readonly environment: Connection['environment'];
  readonly state: 'open' | 'working' | 'connected' | 'refused' | 'expired';
  readonly connectionId: ConnectionId | null;
  readonly reason: ErrorCode | null;
  readonly expiresAt: number;
}

export interface PastedAnswer {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly address: string;
  readonly binding: Secret | null;
}

/** Authorisations that a browser begins. */
export interface Authorisations {
  newBinding(): Secret;
  begin(request: BeginAuthorisation): Promise<BegunAuthorisation>;
  /** Throws `connection.not_found`. */
  reconnect(request: BeginReconnect): Promise<BegunAuthorisation>;
  /** Throws `request.not_found`. */
  find(tenantId: TenantId, id: string): Promise<AuthorisationStanding>;
  /** Answers the connection's id. */
  answer(pasted: PastedAnswer): Promise<ConnectionId>;
}

const DAY_MS = 86_400_000;

export function createAuthorisations(doors: OAuthDoors): Authorisations {
  return {
    newBinding: () => newBinding(doors),
    begin: async (request) => {
      const now = doors.work.clock.now();
      const since = request.since ?? now - (now % DAY_MS);
      return beginAuthorisation(doors, { ...request, since, place: 'browser', reconnect: null });
    },
    reconnect: async ({ connectionId, ...places }) => {
      const reconnect = await doors.work.connections.find(places.tenantId, connectionId as ConnectionId);
      if (reconnect === null) throw new CounterfoilError('connection.not_found');
      const { provider, environment, since } = reconnect;
      return beginAuthorisation(doors, { ...places, provider, environment, since, place: 'browser', reconnect });
    },
    find: async (tenantId, id) => standingOf(await authorisationOf(doors, tenantId, id), doors.work.clock.now()),
    answer: async ({ tenantId, id, address, binding }) => {
      const { provider } = await authorisationOf(doors, tenantId, id);
      return (await finishAuthorisation(doors, pastedCallback(address, { provider, tenantId, binding }))).connection.id;
    },
  };
}

async function authorisationOf({ authorisations }: OAuthDoors, tenantId: TenantId, id: string): Promise<Authorisation> {
  const authorisation = await authorisations.find(tenantId, id as AuthorisationId);
  if (authorisation !== null) return authorisation;
  throw new CounterfoilError('request.not_found', {
    detail: 'There is no such authorisation, or it was over a day ago.',
  });
}

function standingOf(authorisation: Authorisation, now: number): AuthorisationStanding {
  const { id, provider, environment, outcome, expiresAt, endedAt } = authorisation;
  const reason = outcome === null || outcome === 'connected' ? null : outcome;
  const open = expiresAt <= now ? 'expired' : 'open';
  const ended = outcome === 'connected' ? 'connected' : reason === null ? 'working' : 'refused';
  const state = endedAt === null ? open : ended;
  return { id, provider, environment, state, reason, expiresAt, connectionId: authorisation.resultConnectionId };
}
