import { constantTimeEqual, sha256 } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { connectSource } from '../connect.ts';
import type { Authorisation, Choice } from '../oauth/authorisation.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
import { DISCARDED, ELSEWHERE, ENDED, EXPIRED, hold, pairingOf, refusePairing } from './refuse.ts';
import { choicesOf, type Paired, pendingOf, usePaired } from './use-key.ts';

/** A browser that was sent on after it posted a key. */
export interface PairingArrival {
  readonly provider: string;
  readonly parameters: URLSearchParams;
  /** What the browser's cookie holds. */
  readonly binding: Secret | null;
}

export type PairingStep =
  | { readonly kind: 'paired'; readonly paired: Paired; readonly returnTo: string | null }
  | { readonly kind: 'choose'; readonly choices: readonly Choice[]; readonly returnTo: string | null };

/**
 * Whoever began the pairing is back, in the browser that posted the key: now it is used. One store is connected at once;
 * of several, the person chooses. Trouble that may pass leaves the pairing open, so that the page can be loaded again.
 */
export async function arriveAtPairing(doors: OAuthDoors, arrival: PairingArrival): Promise<PairingStep> {
  const { provider, parameters, binding } = arrival;
  const found = await pairingOf(doors, provider, parameters);
  const pending = await pendingOf(doors, found);
  // Without a key it may have been finished between the two looks.
  const authorisation =
    pending === null ? ((await doors.authorisations.find(found.tenantId, found.id)) ?? found) : found;
  const ticket = parameters.getAll('ticket');
  const isPoster = ticket.length === 1 && isSame(ticket[0]!, sha256(pending?.ticket ?? ''));
  await hold(doors, authorisation, [
    [
      authorisation.provider !== provider,
      'oauth.mixed_up',
      `It was begun at ${authorisation.provider}, and ${provider} answered.`,
    ],
    [
      authorisation.place !== 'browser' || !isSame(binding?.reveal(), authorisation.bindingHash),
      'oauth.other_session',
      `${ELSEWHERE} ${DISCARDED}`,
    ],
    [authorisation.endedAt !== null, 'oauth.state_used', ENDED],
    [authorisation.expiresAt <= doors.work.clock.now(), 'oauth.state_expired', `${EXPIRED} ${DISCARDED}`],
    [pending === null, 'oauth.callback_incomplete', 'No key was posted.'],
    [!isPoster, 'oauth.other_session', `The key was posted by another browser. ${DISCARDED}`],
  ]);
  const { returnTo } = authorisation;
  const choices = await choicesOf(doors, authorisation, pending!);
  if (choices.length > 1) {
    if (await doors.authorisations.confirm(authorisation, choices, doors.work.clock.now()))
      return { kind: 'choose', choices, returnTo };
    throw await refusePairing(doors, authorisation, 'oauth.state_used', ENDED);
  }
  const paired = await usePaired(doors, authorisation, pending!, {
    accountIds: choices.map(({ accountId }) => accountId),
    connect: (request) => connectSource(doors.work, request, authorisation.actor),
  });
  return { kind: 'paired', returnTo, paired };
}

/** The person has chosen among the stores of a pairing. */
export async function choosePaired(
  doors: OAuthDoors,
  authorisation: Authorisation,
  { accountIds, binding }: { readonly accountIds: readonly string[]; readonly binding: Secret | null },
): Promise<Paired> {
  const pending = await pendingOf(doors, authorisation);
  await hold(doors, authorisation, [
    [!isSame(binding?.reveal(), authorisation.bindingHash), 'oauth.other_session', `${ELSEWHERE} ${DISCARDED}`],
    [authorisation.endedAt !== null, 'oauth.state_used', ENDED],
    [authorisation.expiresAt <= doors.work.clock.now(), 'oauth.state_expired', `${EXPIRED} ${DISCARDED}`],
    [
      authorisation.confirmedAt === null || pending === null,
      'oauth.callback_incomplete',
      'The server has not been asked yet.',
    ],
  ]);
  const strange = accountIds.filter((id) => !authorisation.choices.some(({ accountId }) => accountId === id));
  if (strange.length === 0 && accountIds.length > 0)
    return usePaired(doors, authorisation, pending!, {
      accountIds,
      connect: (request) => connectSource(doors.work, request, authorisation.actor),
    });
  const offered = authorisation.choices.map(({ accountId, name }) => `${name} (${accountId})`).join(', ');
  throw new CounterfoilError('connection.unusable', { field: 'accountIds', detail: `Choose among ${offered}.` });
}

function isSame(text: string | undefined, hash: Uint8Array): boolean {
  return text !== undefined && constantTimeEqual(sha256(text), hash);
}
