import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import {
  type BegunFlow,
  beginSignIn,
  type Connection,
  type FlowId,
  finishSignIn,
  newBinding,
  type OAuthDoors,
  pastedCallback,
} from '../connections/index.ts';

/** How often the terminal looks whether the browser has come back. */
const LOOK_EVERY_MS = 1_000;

export interface TerminalSignInRequest {
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: Connection['environment'];
  /** The connection to authorise again; null for a new one. */
  readonly reconnect: Connection | null;
  /** The person pastes the answer: it need not arrive here, so any address of theirs that is listed will do. */
  readonly pasteBack: boolean;
  /** Null takes our own callback; to paste back, the first that is listed. */
  readonly redirectUri: string | null;
  /** Ms UTC. */
  readonly since: number;
}

/** A sign-in that a terminal began; only this object can finish it. */
export interface TerminalSignIn extends BegunFlow {
  /** Waits for the browser to come back to our callback, in whatever process that listens. */
  wait(signal: AbortSignal): Promise<Connection>;
  /** Takes the address to which the browser was sent, as the person copied it. */
  paste(address: string): Promise<Connection>;
}

export async function signInFromTerminal(doors: OAuthDoors, request: TerminalSignInRequest): Promise<TerminalSignIn> {
  const binding = newBinding(doors);
  const { pasteBack, ...rest } = request;
  const { tenantId, provider } = rest;
  const redirectUri = rest.redirectUri ?? (pasteBack ? (doors.oauth.redirectUris[0] ?? null) : null);
  const begun = await beginSignIn(doors, { ...rest, redirectUri, binding, place: 'terminal', returnTo: null });
  return {
    ...begun,
    wait: async (signal) => {
      const answer = await answerOf(doors, { tenantId, flowId: begun.flowId, signal });
      const parameters = new URLSearchParams(answer.reveal());
      const { connection } = await finishSignIn(doors, { parameters, provider, pastedUri: null, tenantId, binding });
      return connection;
    },
    paste: async (address) =>
      (await finishSignIn(doors, pastedCallback(address, { provider, tenantId, binding }))).connection,
  };
}

interface Awaited {
  readonly tenantId: TenantId;
  readonly flowId: FlowId;
  readonly signal: AbortSignal;
}

/** Waits for what was handed over to a terminal. Throws `oauth.state_expired` or `oauth.state_used`. */
export async function answerOf({ flows, work }: OAuthDoors, { tenantId, flowId, signal }: Awaited): Promise<Secret> {
  for (;;) {
    const flow = await flows.find(tenantId, flowId);
    const answer = flow && (await flows.handedOver(flow));
    if (answer) return answer;
    if (flow === null || flow.expiresAt <= work.clock.now()) throw new CounterfoilError('oauth.state_expired');
    if (flow.endedAt !== null) throw new CounterfoilError('oauth.state_used');
    await work.clock.sleep(LOOK_EVERY_MS, signal);
  }
}
