import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { CLI_ACTOR } from '../audit/index.ts';
import {
  type BegunAuthorisation,
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
import { answerOf } from './terminal-authorisation.ts';

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
export interface TerminalPairing extends BegunAuthorisation {
  /** Waits until the browser has posted the key to our listener, in whatever process that runs. */
  wait(signal: AbortSignal): Promise<PairedKey>;
}

export async function pairFromTerminal(
  doors: OAuthDoors,
  request: TerminalPairingRequest,
  signal: AbortSignal,
): Promise<TerminalPairing> {
  const { tenantId } = request;
  const whole = {
    ...request,
    place: 'terminal',
    binding: newBinding(doors),
    returnTo: null,
    actor: CLI_ACTOR,
  } as const;
  const begun = await beginPairing(doors, whole, signal);
  return {
    ...begun,
    wait: async (waiting) => {
      const pending = readPending(
        await answerOf(doors, { tenantId, authorisationId: begun.authorisationId, signal: waiting }),
      );
      const authorisation = await doors.authorisations.find(tenantId, begun.authorisationId);
      if (authorisation === null) throw new CounterfoilError('oauth.state_expired');
      const choices = await choicesOf(doors, authorisation, pending);
      return {
        choices,
        use: (wanted) => usePaired(doors, authorisation, pending, wanted),
        drop: (reason) => giveUp(doors, authorisation, pending.key, reason),
      };
    },
  };
}
