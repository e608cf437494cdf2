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
  beginPairing,
  type Choice,
  type Connection,
  choosePaired,
  finishAuthorisation,
  newBinding,
  type OAuthDoors,
  type Paired,
  pairingProvider,
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
  /** Address of a self-hosted server; null for providers with one address. */
  readonly server: string | null;
  /** Where a person reaches that server, when it has another name for them. */
  readonly browserUrl: string | null;
}

export interface BeginReconnect extends Places {
  readonly connectionId: string;
  /** Where a person reaches a self-hosted server, when it has another name for them. */
  readonly browserUrl: string | null;
}

export interface AuthorisationStanding {
  readonly id: AuthorisationId;
  readonly provider: string;
  readonly environment: Connection['environment'];
  readonly state: 'open' | 'choosing' | 'working' | 'connected' | 'refused' | 'expired';
  readonly connectionId: ConnectionId | null;
  readonly reason: ErrorCode | null;
  readonly expiresAt: number;
  /** What to choose among, in the state `choosing`. */
  readonly choices: readonly Choice[];
}

export interface PastedAnswer {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly address: string;
  readonly binding: Secret | null;
}

export interface ChosenAccounts {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly accountIds: readonly string[];
  readonly binding: Secret | null;
}

/** Authorisations that a browser begins: at a provider, or at a server that grants a key. */
export interface Authorisations {
  newBinding(): Secret;
  begin(request: BeginAuthorisation): Promise<BegunAuthorisation>;
  /** Throws `connection.not_found`. */
  reconnect(request: BeginReconnect): Promise<BegunAuthorisation>;
  /** Throws `request.not_found`. */
  find(tenantId: TenantId, id: string): Promise<AuthorisationStanding>;
  /** Answers the connection's id. */
  answer(pasted: PastedAnswer): Promise<ConnectionId>;
  /** Connects what a person chose among the accounts that a granted key reaches. */
  choose(chosen: ChosenAccounts): Promise<Paired>;
}

const DAY_MS = 86_400_000;

export function createAuthorisations(doors: OAuthDoors): Authorisations {
  return {
    newBinding: () => newBinding(doors),
    begin: async (request) => {
      const now = doors.work.clock.now();
      const since = request.since ?? now - (now % DAY_MS);
      const whole = { ...request, since, place: 'browser', reconnect: null } as const;
      return isPaired(doors, request.provider) ? beginPairing(doors, whole) : beginAuthorisation(doors, whole);
    },
    reconnect: async ({ connectionId, ...places }) => {
      const reconnect = await doors.work.connections.find(places.tenantId, connectionId as ConnectionId);
      if (reconnect === null) throw new CounterfoilError('connection.not_found');
      const { provider, environment, since } = reconnect;
      const whole = { ...places, provider, environment, since, place: 'browser', reconnect } as const;
      return isPaired(doors, provider)
        ? beginPairing(doors, { ...whole, server: null })
        : beginAuthorisation(doors, whole);
    },
    find: async (tenantId, id) => standingOf(await authorisationOf(doors, tenantId, id), doors.work.clock.now()),
    answer: async ({ tenantId, id, address, binding }) => {
      const { provider } = await authorisationOf(doors, tenantId, id);
      return (await finishAuthorisation(doors, pastedCallback(address, { provider, tenantId, binding }))).connection.id;
    },
    choose: async ({ tenantId, id, accountIds, binding }) =>
      choosePaired(doors, await authorisationOf(doors, tenantId, id), { accountIds, binding }),
  };
}

function isPaired({ work }: OAuthDoors, provider: string): boolean {
  return pairingProvider(work.registry, provider) !== null;
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
  const waiting = authorisation.confirmedAt === null ? 'open' : 'choosing';
  const open = expiresAt <= now ? 'expired' : waiting;
  const ended = outcome === 'connected' ? 'connected' : reason === null ? 'working' : 'refused';
  const state = endedAt === null ? open : ended;
  const choices = state === 'choosing' ? authorisation.choices : [];
  return {
    id,
    provider,
    environment,
    state,
    reason,
    expiresAt,
    choices,
    connectionId: authorisation.resultConnectionId,
  };
}
