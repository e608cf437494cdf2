import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import {
  type BegunFlow,
  beginPairing,
  type Choice,
  type Connection,
  choicesOf,
  giveUp,
  newBinding,
  type OAuthDoors,
  type Paired,
  readPending,
  type UseKey,
  usePaired,
} from '../connections/index.ts';
import { answerOf } from './terminal-sign-in.ts';

export interface TerminalPairingRequest {
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: Connection['environment'];
  readonly reconnect: Connection | null;
  readonly server: string | null;
  readonly browserUrl: string | null;
  /** Ms UTC. */
  readonly since: number;
}

/** A key that a terminal was waiting for. */
export interface PairedKey {
  /** What it reaches; on reconnecting only the store that the connection is for. */
  readonly choices: readonly Choice[];
  /** Connects; a key that comes to nothing is revoked. */
  use(wanted: UseKey): Promise<Paired>;
  /** Nothing comes of it: the key is revoked. */
  drop(reason: unknown): Promise<void>;
}

/** A pairing that a terminal began; only this object can finish it. */
export interface TerminalPairing extends BegunFlow {
  /** Waits until the browser has posted the key to our listener, in whatever process that runs. */
  wait(signal: AbortSignal): Promise<PairedKey>;
}

export async function pairFromTerminal(
  doors: OAuthDoors,
  request: TerminalPairingRequest,
  signal: AbortSignal,
): Promise<TerminalPairing> {
  const { tenantId } = request;
  const whole = { ...request, place: 'terminal', binding: newBinding(doors), returnTo: null } as const;
  const begun = await beginPairing(doors, whole, signal);
  return {
    ...begun,
    wait: async (waiting) => {
      const pending = readPending(await answerOf(doors, { tenantId, flowId: begun.flowId, signal: waiting }));
      const flow = await doors.flows.find(tenantId, begun.flowId);
      if (flow === null) throw new CounterfoilError('oauth.state_expired');
      const choices = await choicesOf(doors, flow, pending);
      return {
        choices,
        use: (wanted) => usePaired(doors, flow, pending, wanted),
        drop: (reason) => giveUp(doors, flow, pending.key, reason),
      };
    },
  };
}
