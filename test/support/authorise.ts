import { answerDoor, type Sandbox } from '../../sandbox/src/index.ts';
import { CLI_ACTOR } from '../../src/hub/audit/index.ts';
import {
  type BeginRequest,
  beginAuthorisation,
  type Connection,
  finishAuthorisation,
  newBinding,
  type OAuthDoors,
} from '../../src/hub/connections/index.ts';
import type { TenantId } from '../../src/kernel/ids.ts';
import type { Secret } from '../../src/kernel/secret.ts';

/** What a person at the sandbox's consent page does: answers the address to which the browser is sent back. */
export async function consent(
  sandbox: Sandbox,
  authorizeUrl: string,
  decision: 'connect' | 'cancel' = 'connect',
): Promise<URL> {
  const answer = await answerDoor(
    sandbox,
    new Request(authorizeUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `decision=${decision}`,
    }),
  );
  return new URL(answer.headers.get('location') ?? '');
}

export interface AuthoriseParts {
  readonly oauth: OAuthDoors;
  readonly sandbox: Sandbox;
  readonly tenantId: TenantId;
}

/** Begins an authorisation at QuickBooks' sandbox, as a terminal does, or as `own` says. */
export async function begin(
  { oauth, tenantId }: Pick<AuthoriseParts, 'oauth' | 'tenantId'>,
  own: Partial<BeginRequest> = {},
) {
  const binding: Secret = newBinding(oauth);
  const begun = await beginAuthorisation(oauth, {
    tenantId,
    provider: 'quickbooks',
    environment: 'sandbox',
    place: 'terminal',
    binding,
    actor: CLI_ACTOR,
    reconnect: null,
    redirectUri: null,
    returnTo: null,
    since: 0,
    ...own,
  });
  return { ...begun, binding: own.binding ?? binding };
}

/** Authorises from beginning to end; answers the connection. */
export async function authorise(parts: AuthoriseParts, own: Partial<BeginRequest> = {}): Promise<Connection> {
  const begun = await begin(parts, own);
  const { searchParams } = await consent(parts.sandbox, begun.authorizeUrl);
  const { binding } = begun;
  const callback = { parameters: searchParams, provider: 'quickbooks', pastedUri: null, tenantId: null, binding };
  return (await finishAuthorisation(parts.oauth, callback)).connection;
}
