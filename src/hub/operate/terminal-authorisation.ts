import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import { CLI_ACTOR } from '../audit/index.ts';
import {
  type AuthorisationId,
  type BegunAuthorisation,
  beginAuthorisation,
  type Connection,
  finishAuthorisation,
  newBinding,
  type OAuthDoors,
  pastedCallback,
} from '../connections/index.ts';

/** How often the terminal looks whether the browser has come back. */
const LOOK_EVERY_MS = 1_000;

export interface TerminalAuthorisationRequest {
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

/** An authorisation that a terminal began; only this object can finish it. */
export interface TerminalAuthorisation extends BegunAuthorisation {
  /** Waits for the browser to come back to our callback, in whatever process that listens. */
  wait(signal: AbortSignal): Promise<Connection>;
  /** Takes the address to which the browser was sent, as the person copied it. */
  paste(address: string): Promise<Connection>;
}

export async function authoriseFromTerminal(
  doors: OAuthDoors,
  request: TerminalAuthorisationRequest,
): Promise<TerminalAuthorisation> {
  const binding = newBinding(doors);
  const { pasteBack, ...rest } = request;
  const { tenantId, provider } = rest;
  const redirectUri = rest.redirectUri ?? (pasteBack ? (doors.oauth.redirectUris[0] ?? null) : null);
  const begun = await beginAuthorisation(doors, {
    ...rest,
    redirectUri,
    binding,
    actor: CLI_ACTOR,
    place: 'terminal',
    returnTo: null,
  });
  return {
    ...begun,
    wait: async (signal) => {
      const answer = await answerOf(doors, { tenantId, authorisationId: begun.authorisationId, signal });
      const parameters = new URLSearchParams(answer.reveal());
      const { connection } = await finishAuthorisation(doors, {
        parameters,
        provider,
        pastedUri: null,
        tenantId,
        binding,
      });
      return connection;
    },
    paste: async (address) =>
      (await finishAuthorisation(doors, pastedCallback(address, { provider, tenantId, binding }))).connection,
  };
}

interface Awaited {
  readonly tenantId: TenantId;
  readonly authorisationId: AuthorisationId;
  readonly signal: AbortSignal;
}

/** Waits for what was handed over to a terminal. Throws `oauth.state_expired` or `oauth.state_used`. */
export async function answerOf(
  { authorisations, work }: OAuthDoors,
  { tenantId, authorisationId, signal }: Awaited,
): Promise<Secret> {
  for (;;) {
    const authorisation = await authorisations.find(tenantId, authorisationId);
    const answer = authorisation && (await authorisations.handedOver(authorisation));
    if (answer) return answer;
    if (authorisation === null || authorisation.expiresAt <= work.clock.now())
      throw new CounterfoilError('oauth.state_expired');
    if (authorisation.endedAt !== null) throw new CounterfoilError('oauth.state_used');
    await work.clock.sleep(LOOK_EVERY_MS, signal);
  }
}
