import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Arrival, Arrived } from '../../hub/connections/index.ts';
import type { AuthorisationCookie } from './authorisation-cookie.ts';
import { HANDED_OVER, refusedPage, UNKNOWN } from './callback-pages.ts';
import { sendPage } from './page.ts';
import { addGrantRoute, answerPairing, type PairingDoors } from './pairing-callback.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

export interface CallbackDoors {
  /** Takes what a provider sent a browser back with. */
  arrive(arrival: Arrival): Promise<Arrived>;
  readonly cookie: AuthorisationCookie;
  /** Providers at which people sign in. */
  readonly providers: readonly string[];
  /** Hears of failures that nobody expects; the address stays out of it, because it holds a code. */
  readonly onFailure: (error: unknown) => void;
  /** Servers that post keys; without it nobody is paired. */
  readonly pairing?: Pick<PairingDoors, 'receive' | 'arrive' | 'providers'>;
}

interface CallbackRoute {
  readonly Params: { readonly provider: string };
}

/** `GET /oauth/callback/{provider}`: the page on which a person lands who comes back from a provider. */
export function addCallbackRoute(app: FastifyInstance, doors: CallbackDoors): void {
  const { pairing } = doors;
  const providers = new Set([...doors.providers, ...(pairing?.providers ?? [])]);
  if (pairing !== undefined) addGrantRoute(app, { ...doors, ...pairing });
  app.get<CallbackRoute>('/oauth/callback/:provider', async (request, reply) => {
    const { provider } = request.params;
    if (!providers.has(provider)) return sendPage(reply, 404, UNKNOWN);
    try {
      const binding = doors.cookie.read(request.headers.cookie);
      const parameters = new URL(request.url, 'http://callback.invalid').searchParams;
      if (pairing?.providers.includes(provider))
        return answerPairing(reply, await pairing.arrive({ provider, parameters, binding }));
      return answer(reply, await doors.arrive({ provider, parameters, binding }));
    } catch (error) {
      return refusedPage(doors, request, reply, error);
    }
  });
}

function answer(reply: FastifyReply, arrived: Arrived): FastifyReply {
  if (arrived.kind === 'handed_over') return sendPage(reply, 200, HANDED_OVER);
  const { connection, returnTo } = arrived.authorised;
  if (returnTo !== null)
    return reply
      .code(303)
      .headers({ ...RESPONSE_HEADERS, location: returnTo })
      .send();
  return sendPage(reply, 200, {
    title: 'Connected',
    paragraphs: [
      `${connection.displayName} is connected. Its work begins by itself.`,
      'You can close this page and go back to Counterfoil.',
    ],
  });
}
