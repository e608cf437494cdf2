import { type SourceConnector, textOf } from '../sdk/index.ts';
import { deleteRequest, formRequest, listRequest, OPERATIONS, STRIPE_VERSION } from './api.ts';
import { ENABLED_EVENTS } from './event-meaning.ts';
import { readPage } from './rows.ts';

/**
 * Webhook endpoints of the account. Stripe makes the secret itself and shows it only in the answer to the create, so
 * the one offered by the hub is not used.
 */
export const stripeRegistration: NonNullable<SourceConnector['registration']> = {
  list: () => listRequest(OPERATIONS.endpoints, {}),
  findIn: (body, urlStart) =>
    readPage(body)
      .rows.filter((row) => textOf(row, 'url')?.startsWith(urlStart))
      .map((row) => textOf(row, 'id') ?? ''),
  create: (_accountId, url) =>
    formRequest(OPERATIONS.createEndpoint, [
      ['url', url],
      // Fixed at creation: later changes of the account's default leave the payloads as they are.
      ['api_version', STRIPE_VERSION],
      ['description', 'Counterfoil'],
      ...ENABLED_EVENTS.map((type) => ['enabled_events[]', type] as const),
    ]),
  readCreated: (body, secret) => ({ id: textOf(body, 'id') ?? '', secret: textOf(body, 'secret') ?? secret }),
  remove: (_accountId, id) => deleteRequest(OPERATIONS.removeEndpoint, id),
};
