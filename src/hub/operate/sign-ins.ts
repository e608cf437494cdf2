import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import {
  type BegunFlow,
  beginPairing,
  beginSignIn,
  type Choice,
  type Connection,
  choosePaired,
  type Flow,
  type FlowId,
  finishSignIn,
  newBinding,
  type OAuthDoors,
  type Paired,
  pairingProvider,
  pastedCallback,
} from '../connections/index.ts';

interface Places {
  readonly tenantId: TenantId;
  readonly binding: Secret;
  readonly returnTo: string | null;
  readonly redirectUri: string | null;
}

export interface BeginSignIn extends Places {
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

export interface SignInStanding {
  readonly id: FlowId;
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

/** Signing in from a browser, or letting a server grant a key. */
export interface SignIns {
  newBinding(): Secret;
  begin(request: BeginSignIn): Promise<BegunFlow>;
  /** Throws `connection.not_found`. */
  reconnect(request: BeginReconnect): Promise<BegunFlow>;
  /** Throws `request.not_found`. */
  find(tenantId: TenantId, id: string): Promise<SignInStanding>;
  /** Answers the connection's id. */
  answer(pasted: PastedAnswer): Promise<ConnectionId>;
  /** Connects what a person chose among the accounts that a granted key reaches. */
  choose(chosen: ChosenAccounts): Promise<Paired>;
}

const DAY_MS = 86_400_000;

export function createSignIns(doors: OAuthDoors): SignIns {
  return {
    newBinding: () => newBinding(doors),
    begin: async (request) => {
      const now = doors.work.clock.now();
      const since = request.since ?? now - (now % DAY_MS);
      const whole = { ...request, since, place: 'browser', reconnect: null } as const;
      return isPaired(doors, request.provider) ? beginPairing(doors, whole) : beginSignIn(doors, whole);
    },
    reconnect: async ({ connectionId, ...places }) => {
      const reconnect = await doors.work.connections.find(places.tenantId, connectionId as ConnectionId);
      if (reconnect === null) throw new CounterfoilError('connection.not_found');
      const { provider, environment, since } = reconnect;
      const whole = { ...places, provider, environment, since, place: 'browser', reconnect } as const;
      return isPaired(doors, provider) ? beginPairing(doors, { ...whole, server: null }) : beginSignIn(doors, whole);
    },
    find: async (tenantId, id) => standingOf(await flowOf(doors, tenantId, id), doors.work.clock.now()),
    answer: async ({ tenantId, id, address, binding }) => {
      const { provider } = await flowOf(doors, tenantId, id);
      return (await finishSignIn(doors, pastedCallback(address, { provider, tenantId, binding }))).connection.id;
    },
    choose: async ({ tenantId, id, accountIds, binding }) =>
      choosePaired(doors, await flowOf(doors, tenantId, id), { accountIds, binding }),
  };
}

function isPaired({ work }: OAuthDoors, provider: string): boolean {
  return pairingProvider(work.registry, provider) !== null;
}

async function flowOf({ flows }: OAuthDoors, tenantId: TenantId, id: string): Promise<Flow> {
  const flow = await flows.find(tenantId, id as FlowId);
  if (flow !== null) return flow;
  throw new CounterfoilError('request.not_found', { detail: 'There is no such sign-in, or it was over a day ago.' });
}

function standingOf(flow: Flow, now: number): SignInStanding {
  const { id, provider, environment, outcome, expiresAt, endedAt } = flow;
  const reason = outcome === null || outcome === 'connected' ? null : outcome;
  const waiting = flow.confirmedAt === null ? 'open' : 'choosing';
  const open = expiresAt <= now ? 'expired' : waiting;
  const ended = outcome === 'connected' ? 'connected' : reason === null ? 'working' : 'refused';
  const state = endedAt === null ? open : ended;
  const choices = state === 'choosing' ? flow.choices : [];
  return { id, provider, environment, state, reason, expiresAt, choices, connectionId: flow.resultConnectionId };
}
