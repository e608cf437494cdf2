import { sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Authorisation } from '../oauth/authorisation.ts';
import type { OAuthDoors } from '../oauth/doors.ts';

/** The pairing that an answer is about. Throws `oauth.state_unknown`, recorded, when there is none or two are named. */
export async function pairingOf(
  { authorisations, work }: OAuthDoors,
  provider: string,
  query: URLSearchParams,
): Promise<Authorisation> {
  const [state, ...others] = query.getAll('state');
  const hash = sha256(state ?? '');
  const tenantId = state === undefined || others.length > 0 ? null : await authorisations.tenantOf(hash);
  const authorisation = tenantId === null ? null : await authorisations.byState(tenantId, hash);
  if (authorisation !== null) return authorisation;
  const detail = { code: 'oauth.state_unknown', provider };
  await authorisations.refuseUnknown({ tenantId: null, kind: 'pairing.refused', detail }, work.clock.now());
  throw new CounterfoilError('oauth.state_unknown');
}

/** Ends a pairing and erases what was posted; it is recorded. Answers the error to throw. */
export async function refusePairing(
  { authorisations, work }: OAuthDoors,
  authorisation: Authorisation,
  code: ErrorCode,
  detail: string,
): Promise<CounterfoilError> {
  const about = { code, provider: authorisation.provider, authorisationId: authorisation.id };
  const event = { tenantId: authorisation.tenantId, kind: 'pairing.refused', detail: about };
  await authorisations.refuse(authorisation, code, event, work.clock.now());
  return new CounterfoilError(code, { detail });
}

type Rule = readonly [isBroken: boolean, code: ErrorCode, detail: string];

/** Throws for the first rule that is broken. */
export async function hold(doors: OAuthDoors, authorisation: Authorisation, rules: readonly Rule[]): Promise<void> {
  const broken = rules.find(([isBroken]) => isBroken);
  if (broken !== undefined) throw await refusePairing(doors, authorisation, broken[1], broken[2]);
}

export const ENDED = 'It was finished before.';
export const EXPIRED = 'It took longer than ten minutes.';
export const ELSEWHERE = 'It was begun in another browser or terminal.';
/** The key may be real: nobody here may use it, so only its owner can end it. */
export const DISCARDED = 'The key was thrown away: delete the key named Counterfoil in the settings of your server.';
