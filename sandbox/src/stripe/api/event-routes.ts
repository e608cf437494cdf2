import { DAY_SECONDS } from '../../core/calendar.ts';
import type { StripeEvent } from '../objects/event.ts';
import { newWebhookEndpoint, type WebhookEndpoint } from '../objects/webhook-endpoint.ts';
import { type Rendered, renderObject } from '../render.ts';
import { API_VERSION } from '../settings.ts';
import { invalidParameter, missingParameter, resourceMissing } from './errors.ts';
import type { Params } from './params.ts';
import { every, readable, same, within } from './reading.ts';
import type { Call, Route } from './route.ts';

/** Events can be read this long after they happened. */
const EVENT_DAYS = 30;
/** More endpoints than this an account cannot have. */
const MAX_ENDPOINTS = 16;

function keepEvent(params: Params, now: number): (row: StripeEvent) => boolean {
  const types = params.list('types');
  const oldest = now - EVENT_DAYS * DAY_SECONDS;
  return every<StripeEvent>(
    (row) => row.created >= oldest,
    within(params, 'created', (row) => row.created),
    same(params, 'type', (row) => row.type),
    (row) => types.length === 0 || types.includes(row.type),
  );
}

function readUrl(params: Params): string {
  const url = params.required('url');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw invalidParameter('url', 'Invalid URL: an explicit scheme (such as https) must be provided.', 'url_invalid');
  return url;
}

function readEvents(params: Params): string[] {
  const events = params.list('enabled_events');
  if (events.length === 0) throw missingParameter('enabled_events');
  return events;
}

function createEndpoint({ context, params, now }: Call): Rendered {
  const version = params.text('api_version');
  if (version !== undefined && version !== API_VERSION)
    throw invalidParameter('api_version', `Invalid API version: ${version}`);
  if (context.state.tables.webhookEndpoints.size >= MAX_ENDPOINTS) {
    throw invalidParameter('url', `You have reached the maximum of ${MAX_ENDPOINTS} webhook endpoints.`);
  }
  const endpoint = newWebhookEndpoint({
    id: context.state.newId('webhookEndpoints'),
    created: now,
    url: readUrl(params),
    enabledEvents: readEvents(params),
    description: params.text('description') ?? null,
    metadata: params.map('metadata'),
    secret: context.state.newId('webhookSecrets'),
    payload: 'snapshot',
  });
  context.state.tables.webhookEndpoints.add(endpoint);
  return { ...renderObject(context.state, endpoint, now), secret: endpoint.secret };
}

function theEndpoint({ context, id }: Call): WebhookEndpoint {
  const endpoint = context.state.tables.webhookEndpoints.get(id);
  if (!endpoint) throw resourceMissing('webhook endpoint', id, { param: 'webhook_endpoint', status: 404 });
  return endpoint;
}

function updateEndpoint(call: Call): Rendered {
  const { context, params, now } = call;
  const endpoint = theEndpoint(call);
  if (params.has('url')) endpoint.url = readUrl(params);
  if (params.has('enabled_events')) endpoint.enabled_events = readEvents(params);
  if (params.has('description')) endpoint.description = params.text('description') || null;
  if (params.has('metadata')) endpoint.metadata = { ...endpoint.metadata, ...params.map('metadata') };
  if (params.has('disabled')) endpoint.status = params.flag('disabled') ? 'disabled' : 'enabled';
  return renderObject(context.state, endpoint, now);
}

function deleteEndpoint(call: Call): Rendered {
  const { id } = theEndpoint(call);
  call.context.state.tables.webhookEndpoints.remove(id);
  return { id, object: 'webhook_endpoint', deleted: true };
}

const WRITABLE = ['url', 'enabled_events', 'description', 'metadata', 'expand'];

/** Events and the endpoints they are sent to. */
export const eventRoutes: readonly Route[] = [
  ...readable<StripeEvent>({
    path: 'events',
    noun: 'event',
    filters: ['created', 'type', 'types', 'delivery_success'],
    table: ({ state }) => state.tables.events,
    keep: (params, context) => keepEvent(params, context.now()),
  }),
  ...readable<WebhookEndpoint>({
    path: 'webhook_endpoints',
    noun: 'webhook_endpoint',
    filters: [],
    table: ({ state }) => state.tables.webhookEndpoints,
    keep: () => () => true,
  }),
  {
    method: 'POST',
    path: '/v1/webhook_endpoints',
    resource: 'webhook_endpoints',
    params: [...WRITABLE, 'api_version', 'connect'],
    answer: createEndpoint,
  },
  {
    method: 'POST',
    path: '/v1/webhook_endpoints/{id}',
    resource: 'webhook_endpoints',
    params: [...WRITABLE, 'disabled'],
    answer: updateEndpoint,
  },
  {
    method: 'DELETE',
    path: '/v1/webhook_endpoints/{id}',
    resource: 'webhook_endpoints',
    params: [],
    answer: deleteEndpoint,
  },
];
