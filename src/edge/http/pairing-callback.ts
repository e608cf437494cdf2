import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PairingArrival, PairingStep, PostedGrant, Received } from '../../hub/connections/index.ts';
import type { AuthorisationCookie } from './authorisation-cookie.ts';
import { HANDED_OVER, refusedPage, UNKNOWN } from './callback-pages.ts';
import { sendPage } from './page.ts';
import { headersOf, rawBodyOf } from './raw-body.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

export interface PairingDoors {
  /** Takes a key that a server's page made the browser post. */
  receive(grant: PostedGrant): Promise<Received>;
  /** Takes the browser that was sent on afterwards. */
  arrive(arrival: PairingArrival): Promise<PairingStep>;
  readonly cookie: AuthorisationCookie;
  /** Providers whose servers post keys. */
  readonly providers: readonly string[];
  /** Hears of failures that nobody expects; the address stays out of it, because it holds a state. */
  readonly onFailure: (error: unknown) => void;
}

interface CallbackRoute {
  readonly Params: { readonly provider: string };
}

/**
 * `POST /oauth/callback/{provider}`: the form that a server's page posts with a key. It comes from another site and
 * brings no cookie, so it is only kept; 303 sends the browser to the page that knows who it is.
 */
export function addGrantRoute(app: FastifyInstance, doors: PairingDoors): void {
  const providers = new Set(doors.providers);
  app.post<CallbackRoute>('/oauth/callback/:provider', async (request, reply) => {
    const { provider } = request.params;
    if (!providers.has(provider)) return sendPage(reply, 404, UNKNOWN);
    try {
      const query = new URL(request.url, 'http://callback.invalid').searchParams;
      const contentType = headersOf(request)['content-type'] ?? '';
      const received = await doors.receive({ provider, query, contentType, body: rawBodyOf(request) });
      return received.kind === 'handed_over' ? sendPage(reply, 200, HANDED_OVER) : sendOn(reply, received.location);
    } catch (error) {
      return refusedPage(doors, request, reply, error);
    }
  });
}

/** The page on which the browser lands with its cookie; answers it. */
export function answerPairing(reply: FastifyReply, step: PairingStep): FastifyReply {
  if (step.returnTo !== null) return sendOn(reply, step.returnTo);
  if (step.kind === 'choose')
    return sendPage(reply, 200, {
      title: 'Choose what to connect',
      paragraphs: [
        `The key reaches ${step.choices.map(({ name }) => name).join(', ')}.`,
        'Go back to Counterfoil and choose within ten minutes. You can close this page.',
      ],
    });
  const { connections, notes } = step.paired;
  return sendPage(reply, 200, {
    title: 'Connected',
    paragraphs: [
      `${connections.map(({ displayName }) => displayName).join(', ')} is connected. Its work begins by itself.`,
      ...notes,
      'You can close this page and go back to Counterfoil.',
    ],
  });
}

function sendOn(reply: FastifyReply, location: string): FastifyReply {
  return reply
    .code(303)
    .headers({ ...RESPONSE_HEADERS, location })
    .send();
}
