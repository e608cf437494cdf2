import type { SquareContext } from '../context.ts';
import { EVENT_TYPES, isEventType } from '../event-types.ts';
import { changed, type Fields, fresh } from '../objects/kept.ts';
import type { Subscription } from '../objects/webhooks.ts';
import { iso, render, renderEvent } from '../render.ts';
import { SQUARE_VERSION } from '../settings.ts';
import { invalid, missing } from './errors.ts';
import { findRow, rangeOf } from './finding.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';

/** Events can be searched for so long. Not promised anywhere. */
const SEARCHABLE_MS = 28 * 86_400_000;
const NAMED = 'personal';

/** The key is shown wherever the subscription is. */
function renderSubscription(subscription: Subscription): Fields {
  const { version: _version, ...shown } = render(subscription);
  return { ...shown, signature_key: subscription.signatureKey };
}

function eventTypes(input: Input): string[] | undefined {
  const types = input.texts('event_types');
  const unknown = types?.find((type) => !isEventType(type));
  if (unknown !== undefined)
    throw invalid('INVALID_VALUE', `There is no event type ${unknown}.`, 'subscription.event_types');
  return types;
}

function address(input: Input): string | undefined {
  const url = input.text('notification_url');
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw invalid('INVALID_VALUE', 'The notification URL is not valid.', 'subscription.notification_url');
  return url;
}

export interface NewSubscription {
  readonly name: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly apiVersion?: string | undefined;
  readonly enabled?: boolean;
}

/** A new subscription with a key of its own. */
export function addSubscription(context: SquareContext, at: number, input: NewSubscription): Subscription {
  context.touch(at);
  return context.state.tables.subscriptions.add({
    ...fresh(context.state.newId('subscriptions'), at),
    signatureKey: context.state.newId('signatureKeys'),
    show: {
      name: input.name,
      enabled: input.enabled ?? true,
      event_types: [...input.eventTypes],
      notification_url: input.url,
      api_version: input.apiVersion ?? SQUARE_VERSION,
    },
  });
}

function create({ context, input, now }: Call): Fields {
  const given = input.needObject('subscription');
  const [url, types] = [address(given), eventTypes(given)];
  if (url === undefined) throw missing('subscription.notification_url');
  if (types === undefined || types.length === 0) throw missing('subscription.event_types');
  const subscription = addSubscription(context, now, {
    name: given.needText('name', 64),
    url,
    eventTypes: types,
    apiVersion: given.text('api_version'),
    enabled: !given.has('enabled') || given.flag('enabled'),
  });
  return { subscription: renderSubscription(subscription) };
}

function update({ context, input, ids, now }: Call): Fields {
  const subscription = findRow(context.state.tables.subscriptions, ids[0], 'webhook subscription');
  const given = input.needObject('subscription');
  const { show } = subscription;
  show.name = given.text('name', 64) ?? show.name;
  show.notification_url = address(given) ?? show.notification_url;
  show.event_types = eventTypes(given) ?? show.event_types;
  show.api_version = given.text('api_version') ?? show.api_version;
  if (given.has('enabled')) show.enabled = given.flag('enabled');
  changed(subscription, now);
  return { subscription: renderSubscription(subscription) };
}

function list({ context, input }: Call): Fields {
  const isAll = input.flag('include_disabled');
  const order = input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'ASC';
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.subscriptions.all().filter(({ show }) => isAll || show.enabled),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['subscriptions', isAll, order],
  });
  return { ...(rows.length > 0 ? { subscriptions: rows.map(renderSubscription) } : {}), ...next };
}

/** A new key; the old one signs nothing from now on. */
function rotate({ context, ids, now }: Call): Fields {
  const subscription = findRow(context.state.tables.subscriptions, ids[0], 'webhook subscription');
  subscription.signatureKey = context.state.newId('signatureKeys');
  changed(subscription, now);
  return { signature_key: subscription.signatureKey };
}

/** Sends a notification that means nothing, to this subscription alone. */
function tryOut({ context, input, ids, now }: Call): Fields {
  const subscription = findRow(context.state.tables.subscriptions, ids[0], 'webhook subscription');
  const type = input.text('event_type') ?? subscription.show.event_types[0] ?? 'payment.created';
  const event = context.state.tables.events.add({
    id: context.state.newUuid('events'),
    created: now,
    type,
    location: null,
    data: { type: 'webhooks', id: context.state.newUuid('tests') },
  });
  context.state.outgoing.push({ event: event.id, endpoint: subscription.id });
  const payload = JSON.stringify(renderEvent(context, event));
  const moments = { created_at: iso(now), updated_at: iso(now) };
  return { subscription_test_result: { id: event.id, status_code: 200, payload, ...moments } };
}

/** Events again, for those who missed webhooks. */
function searchEvents({ context, input, now }: Call): Fields {
  const filter = input.object('query').object('filter');
  const [types, locations] = [filter.texts('event_types'), filter.texts('location_ids')];
  const inRange = rangeOf(filter, 'created_at');
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.events
      .all()
      .filter(
        (event) =>
          event.created > now - SEARCHABLE_MS &&
          (types === undefined || types.includes(event.type)) &&
          (locations === undefined || locations.includes(event.location ?? '')) &&
          inRange(event.created),
      ),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: input.object('query').object('sort').oneOf('order', ['ASC', 'DESC']) ?? 'DESC',
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['events', input.raw('query')],
  });
  return {
    events: rows.map((event) => renderEvent(context, event)),
    metadata: rows.map(({ id }) => ({ event_id: id, api_version: SQUARE_VERSION })),
    ...next,
  };
}

/** Subscriptions of the application, by its own token, and the events themselves. */
export const webhookRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/webhooks/event-types',
    scope: NAMED,
    fields: ['api_version'],
    answer: () => ({ event_types: [...EVENT_TYPES] }),
  },
  {
    method: 'GET',
    path: '/v2/webhooks/subscriptions',
    scope: NAMED,
    fields: ['cursor', 'include_disabled', 'sort_order', 'limit'],
    answer: list,
  },
  {
    method: 'POST',
    path: '/v2/webhooks/subscriptions',
    scope: NAMED,
    key: { max: 45, required: false },
    fields: ['subscription'],
    answer: create,
  },
  {
    method: 'GET',
    path: '/v2/webhooks/subscriptions/{subscription_id}',
    scope: NAMED,
    fields: [],
    answer: ({ context, ids }) => ({
      subscription: renderSubscription(findRow(context.state.tables.subscriptions, ids[0], 'webhook subscription')),
    }),
  },
  {
    method: 'PUT',
    path: '/v2/webhooks/subscriptions/{subscription_id}',
    scope: NAMED,
    fields: ['subscription'],
    answer: update,
  },
  {
    method: 'DELETE',
    path: '/v2/webhooks/subscriptions/{subscription_id}',
    scope: NAMED,
    fields: [],
    answer({ context, ids }) {
      const { subscriptions } = context.state.tables;
      subscriptions.remove(findRow(subscriptions, ids[0], 'webhook subscription').id);
      return {};
    },
  },
  {
    method: 'POST',
    path: '/v2/webhooks/subscriptions/{subscription_id}/signature-key',
    scope: NAMED,
    key: { max: 45, required: false },
    fields: [],
    answer: rotate,
  },
  {
    method: 'POST',
    path: '/v2/webhooks/subscriptions/{subscription_id}/test',
    scope: NAMED,
    fields: ['event_type'],
    answer: tryOut,
  },
  { method: 'POST', path: '/v2/events', scope: NAMED, fields: ['cursor', 'limit', 'query'], answer: searchEvents },
];
