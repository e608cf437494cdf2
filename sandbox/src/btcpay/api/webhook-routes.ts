import { BASE58, derivedText } from '../../core/ids.ts';
import type { Delivery, Webhook } from '../state.ts';
import { payloadOf } from '../webhook-source.ts';
import { BodyReader } from './body.ts';
import { conflict, invalid, notFound } from './errors.ts';
import { bothPaths, type Call, type Route, theWebhook } from './route.ts';
import { deliveryView, webhookView } from './views.ts';

const MODIFY = 'btcpay.store.webhooks.canmodifywebhooks';
/** Bodies of deliveries are kept this long. */
const BODY_SECONDS = 60 * 86_400;

type Settings = Pick<Webhook, 'url' | 'enabled' | 'automaticRedelivery' | 'authorizedEvents'> & {
  readonly secret: string | undefined;
};

/** Missing fields fall back to the defaults, on a change too. */
function readSettings(body: unknown): Settings {
  const reader = new BodyReader(body);
  const url = reader.text('url', 'Url');
  if (!url || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) reader.problem('Url', 'Invalid URL');
  const events = reader.child('authorizedEvents');
  const settings = {
    url: url ?? '',
    enabled: reader.flag('enabled') ?? true,
    automaticRedelivery: reader.flag('automaticRedelivery') ?? true,
    authorizedEvents: {
      everything: events?.flag('everything') ?? true,
      specificEvents: events?.texts('specificEvents') ?? [],
    },
    secret: reader.text('secret') || undefined,
  };
  reader.finish();
  if (events) events.finish();
  return settings;
}

function createWebhook({ context, ids, body, now }: Call): unknown {
  const { secret, ...settings } = readSettings(body);
  const id = context.state.newId('webhooks');
  const webhook = context.state.webhooks.add({
    id,
    created: now,
    storeId: ids.storeId ?? '',
    ...settings,
    secret: secret ?? derivedText(BASE58, 22, context.state.seed, 'secret', id),
  });
  return { ...webhookView(webhook), secret: webhook.secret };
}

function updateWebhook(call: Call): unknown {
  const webhook = theWebhook(call);
  const { secret, ...settings } = readSettings(call.body);
  Object.assign(webhook, settings, secret === undefined ? {} : { secret });
  return webhookView(webhook);
}

function deleteWebhook(call: Call): undefined {
  call.context.state.webhooks.remove(theWebhook(call).id);
}

function deliveriesOf(call: Call): Delivery[] {
  const { id } = theWebhook(call);
  return [...call.context.state.deliveries.values()].filter((delivery) => delivery.webhookId === id).reverse();
}

function listDeliveries(call: Call): unknown {
  const count = call.query.get('count');
  const limit = count === null ? undefined : Number(count);
  if (limit !== undefined && !Number.isSafeInteger(limit))
    throw invalid([{ path: 'count', message: `The value '${count}' is not valid.` }]);
  return deliveriesOf(call).slice(0, limit).map(deliveryView);
}

function theDelivery(call: Call): Delivery {
  const found = deliveriesOf(call).find((delivery) => delivery.id === call.ids.deliveryId);
  if (!found) throw notFound('webhookdelivery');
  return found;
}

function keptDelivery(call: Call): Delivery {
  const delivery = theDelivery(call);
  if (call.now - delivery.timestamp > BODY_SECONDS) {
    throw conflict('webhookdelivery-pruned', "This webhook delivery has been pruned, so it can't be redelivered");
  }
  return delivery;
}

/** Sent again later; answers the id that the new sending will have. */
function redeliver(call: Call): string {
  const { event, webhookId } = keptDelivery(call);
  const { state } = call.context;
  const deliveryId = state.newId('redeliveries');
  state.outgoing.push({ event, endpoint: webhookId, deliveryId });
  return deliveryId;
}

function deliveredBody(call: Call): unknown {
  const delivery = keptDelivery(call);
  const event = call.context.state.events.get(delivery.event);
  if (!event) throw notFound('webhookdelivery');
  return payloadOf(call.context, event, theWebhook(call), delivery.id);
}

export const webhookRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/stores/{storeId}/webhooks',
    permission: MODIFY,
    answer: ({ context, ids }) =>
      context.state.webhooks
        .all()
        .filter((webhook) => webhook.storeId === ids.storeId)
        .map(webhookView),
  },
  { method: 'POST', path: '/stores/{storeId}/webhooks', permission: MODIFY, answer: createWebhook },
  ...bothPaths({
    method: 'GET',
    path: '/webhooks/{webhookId}',
    permission: MODIFY,
    answer: (call) => webhookView(theWebhook(call)),
  }),
  ...bothPaths({ method: 'PUT', path: '/webhooks/{webhookId}', permission: MODIFY, answer: updateWebhook }),
  ...bothPaths({ method: 'DELETE', path: '/webhooks/{webhookId}', permission: MODIFY, answer: deleteWebhook }),
  ...bothPaths({ method: 'GET', path: '/webhooks/{webhookId}/deliveries', permission: MODIFY, answer: listDeliveries }),
  ...bothPaths({
    method: 'GET',
    path: '/webhooks/{webhookId}/deliveries/{deliveryId}',
    permission: MODIFY,
    answer: (call) => deliveryView(theDelivery(call)),
  }),
  ...bothPaths({
    method: 'GET',
    path: '/webhooks/{webhookId}/deliveries/{deliveryId}/request',
    permission: MODIFY,
    answer: deliveredBody,
  }),
  ...bothPaths({
    method: 'POST',
    path: '/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
    permission: MODIFY,
    answer: redeliver,
  }),
];
