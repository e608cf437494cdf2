import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Arrival, Arrived } from '../../hub/connections/index.ts';
import { ERROR_CODES } from '../../kernel/error-codes.ts';
import type { AuthorisationCookie } from './authorisation-cookie.ts';
import { type Page, sendPage } from './page.ts';
import { requestFailure } from './request-failure.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

export interface CallbackDoors {
  /** Takes what a provider sent a browser back with. */
  arrive(arrival: Arrival): Promise<Arrived>;
  readonly cookie: AuthorisationCookie;
  /** Providers at which people sign in. */
  readonly providers: readonly string[];
  /** Hears of failures that nobody expects; the address stays out of it, because it holds a code. */
  readonly onFailure: (error: unknown) => void;
}

interface CallbackRoute {
  readonly Params: { readonly provider: string };
}

/** `GET /oauth/callback/{provider}`: the page on which a person lands who comes back from a provider. */
export function addCallbackRoute(app: FastifyInstance, doors: CallbackDoors): void {
  const providers = new Set(doors.providers);
  app.get<CallbackRoute>('/oauth/callback/:provider', async (request, reply) => {
    const { provider } = request.params;
    if (!providers.has(provider)) return sendPage(reply, 404, UNKNOWN);
    try {
      const binding = doors.cookie.read(request.headers.cookie);
      const parameters = new URL(request.url, 'http://callback.invalid').searchParams;
      return answer(reply, await doors.arrive({ provider, parameters, binding }));
    } catch (error) {
      return refused(doors, request, reply, error);
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

function refused(doors: CallbackDoors, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { code, status, detail } = requestFailure(error);
  if (status >= 500) doors.onFailure(error);
  const { title, remedy } = ERROR_CODES[code];
  const said = detail === undefined || detail === title || status >= 500 ? [] : [detail];
  return sendPage(reply, status, {
    title: 'Not connected',
    paragraphs: [title, ...said, remedy, 'Your books were not changed.', `Code: ${code}. Request: ${request.id}.`],
  });
}

const UNKNOWN: Page = {
  title: 'There is nothing here',
  paragraphs: ['No provider sends anybody to this address.', 'Begin again from Counterfoil.'],
};

const HANDED_OVER: Page = {
  title: 'Go back to your terminal',
  paragraphs: [
    'The answer has arrived. The command that you started says whether it was good.',
    'You can close this page.',
  ],
};
