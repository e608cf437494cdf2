import { sha256 } from '../../../kernel/digest.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { OAuthDoors } from './doors.ts';
import { finishSignIn, type SignedIn } from './finish.ts';

export interface Arrival {
  readonly provider: string;
  readonly parameters: URLSearchParams;
  /** What the browser's cookie holds. */
  readonly binding: Secret | null;
}

export type Arrived = { readonly kind: 'connected'; readonly signedIn: SignedIn } | { readonly kind: 'handed_over' };

/**
 * A browser came back from a provider. One that began the sign-in itself is served at once; the answer of a sign-in
 * that a terminal began is kept, sealed, for that terminal, which alone has the binding.
 */
export async function arriveAtCallback(doors: OAuthDoors, arrival: Arrival): Promise<Arrived> {
  const { provider, parameters, binding } = arrival;
  const hash = sha256(parameters.get('state') ?? '');
  const tenantId = await doors.flows.tenantOf(hash);
  const flow = tenantId === null ? null : await doors.flows.byState(tenantId, hash);
  if (flow?.place === 'terminal' && flow.provider === provider) {
    const answer = new Secret(parameters.toString());
    if (await doors.flows.handOver(flow, answer, doors.work.clock.now())) return { kind: 'handed_over' };
  }
  const callback = { parameters, provider, pastedUri: null, tenantId: null, binding };
  return { kind: 'connected', signedIn: await finishSignIn(doors, callback) };
}
