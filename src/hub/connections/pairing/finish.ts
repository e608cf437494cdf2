import { constantTimeEqual, sha256 } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { connectSource } from '../connect.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
import type { Choice, Flow } from '../oauth/flow.ts';
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
  const flow = pending === null ? ((await doors.flows.find(found.tenantId, found.id)) ?? found) : found;
  const ticket = parameters.getAll('ticket');
  const isPoster = ticket.length === 1 && isSame(ticket[0]!, sha256(pending?.ticket ?? ''));
  await hold(doors, flow, [
    [flow.provider !== provider, 'oauth.mixed_up', `It was begun at ${flow.provider}, and ${provider} answered.`],
    [
      flow.place !== 'browser' || !isSame(binding?.reveal(), flow.bindingHash),
      'oauth.other_session',
      `${ELSEWHERE} ${DISCARDED}`,
    ],
    [flow.endedAt !== null, 'oauth.state_used', ENDED],
    [flow.expiresAt <= doors.work.clock.now(), 'oauth.state_expired', `${EXPIRED} ${DISCARDED}`],
    [pending === null, 'oauth.callback_incomplete', 'No key was posted.'],
    [!isPoster, 'oauth.other_session', `The key was posted by another browser. ${DISCARDED}`],
  ]);
  const { returnTo } = flow;
  const choices = await choicesOf(doors, flow, pending!);
  if (choices.length > 1) {
    if (await doors.flows.confirm(flow, choices, doors.work.clock.now())) return { kind: 'choose', choices, returnTo };
    throw await refusePairing(doors, flow, 'oauth.state_used', ENDED);
  }
  const paired = await usePaired(doors, flow, pending!, {
    accountIds: choices.map(({ accountId }) => accountId),
    connect: (request) => connectSource(doors.work, request),
  });
  return { kind: 'paired', returnTo, paired };
}

/** The person has chosen among the stores of a pairing. */
export async function choosePaired(
  doors: OAuthDoors,
  flow: Flow,
  { accountIds, binding }: { readonly accountIds: readonly string[]; readonly binding: Secret | null },
): Promise<Paired> {
  const pending = await pendingOf(doors, flow);
  await hold(doors, flow, [
    [!isSame(binding?.reveal(), flow.bindingHash), 'oauth.other_session', `${ELSEWHERE} ${DISCARDED}`],
    [flow.endedAt !== null, 'oauth.state_used', ENDED],
    [flow.expiresAt <= doors.work.clock.now(), 'oauth.state_expired', `${EXPIRED} ${DISCARDED}`],
    [flow.confirmedAt === null || pending === null, 'oauth.callback_incomplete', 'The server has not been asked yet.'],
  ]);
  const strange = accountIds.filter((id) => !flow.choices.some(({ accountId }) => accountId === id));
  if (strange.length === 0 && accountIds.length > 0)
    return usePaired(doors, flow, pending!, { accountIds, connect: (request) => connectSource(doors.work, request) });
  const offered = flow.choices.map(({ accountId, name }) => `${name} (${accountId})`).join(', ');
  throw new CounterfoilError('connection.unusable', { field: 'accountIds', detail: `Choose among ${offered}.` });
}

function isSame(text: string | undefined, hash: Uint8Array): boolean {
  return text !== undefined && constantTimeEqual(sha256(text), hash);
}
