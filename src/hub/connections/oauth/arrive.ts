import { sha256 } from '../../../kernel/digest.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { OAuthDoors } from './doors.ts';
import { type Authorised, finishAuthorisation } from './finish.ts';

export interface Arrival {
  readonly provider: string;
  readonly parameters: URLSearchParams;
  /** What the browser's cookie holds. */
  readonly binding: Secret | null;
}

export type Arrived =
  | { readonly kind: 'connected'; readonly authorised: Authorised }
  | { readonly kind: 'handed_over' };

/**
 * A browser came back from a provider. One that began the authorisation itself is served at once; the answer of an authorisation
 * that a terminal began is kept, sealed, for that terminal, which alone has the binding.
 */
export async function arriveAtCallback(doors: OAuthDoors, arrival: Arrival): Promise<Arrived> {
  const { provider, parameters, binding } = arrival;
  const hash = sha256(parameters.get('state') ?? '');
  const tenantId = await doors.authorisations.tenantOf(hash);
  const authorisation = tenantId === null ? null : await doors.authorisations.byState(tenantId, hash);
  if (authorisation?.place === 'terminal' && authorisation.provider === provider) {
    const answer = new Secret(parameters.toString());
    if (await doors.authorisations.handOver(authorisation, answer, doors.work.clock.now()))
      return { kind: 'handed_over' };
  }
  const callback = { parameters, provider, pastedUri: null, tenantId: null, binding };
  return { kind: 'connected', authorised: await finishAuthorisation(doors, callback) };
}
