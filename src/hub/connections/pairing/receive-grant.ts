import { base32 } from '../../../kernel/base32.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
import { writePending } from './pending-key.ts';
import { requirePairing } from './provider.ts';
import { ENDED, EXPIRED, hold, pairingOf, refusePairing } from './refuse.ts';

/** 256 bits: whoever posted the form is told from whoever only knows the state. */
const TICKET_BYTES = 32;
/** A key, a user and a permission for each of many stores. */
const MAX_FORM_BYTES = 65_536;
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** A form that a server's page made a browser post to us. It comes from another site, so no cookie comes with it. */
export interface PostedGrant {
  /** Of the address to which it was posted. */
  readonly provider: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** `continue` sends the browser on to a page of ours, with what it needs there. */
export type Received = { readonly kind: 'handed_over' } | { readonly kind: 'continue'; readonly location: string };

/**
 * Takes a posted key into keeping, once, sealed. It is not used here: who posts a form proves nothing, so it waits for
 * whoever began. Whatever is refused is a security event.
 */
export async function receiveGrant(
  doors: OAuthDoors,
  { provider, query, contentType, body }: PostedGrant,
): Promise<Received> {
  const { work, authorisations } = doors;
  const authorisation = await pairingOf(doors, provider, query);
  const now = work.clock.now();
  const { pairing } = requirePairing(work.registry, provider);
  const isForm = FORM.test(contentType) && body.length <= MAX_FORM_BYTES;
  const key = isForm ? pairing.readGrant(new URLSearchParams(Buffer.from(body).toString('utf8'))) : null;
  await hold(doors, authorisation, [
    [
      authorisation.provider !== provider,
      'oauth.mixed_up',
      `It was begun at ${authorisation.provider}, and ${provider} answered.`,
    ],
    [authorisation.endedAt !== null, 'oauth.state_used', ENDED],
    [authorisation.expiresAt <= now, 'oauth.state_expired', EXPIRED],
    [key === null, 'oauth.callback_incomplete', 'The form holds no key, or more than one.'],
  ]);
  const ticket = base32(work.random.bytes(TICKET_BYTES));
  if (!(await authorisations.handOver(authorisation, writePending({ key: new Secret(key!), ticket }), now)))
    throw await refusePairing(doors, authorisation, 'oauth.state_used', ENDED);
  if (authorisation.place === 'terminal') return { kind: 'handed_over' };
  const parameters = new URLSearchParams({ state: query.get('state')!, ticket });
  return { kind: 'continue', location: `${authorisation.redirectUri}?${parameters}` };
}
