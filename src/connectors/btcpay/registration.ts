import type { Json } from '../../kernel/json.ts';
import { fieldOf, type SourceConnector, textOf } from '../sdk/index.ts';
import { changeWebhookRequest, createWebhookRequest, removeWebhookRequest, webhooksRequest } from './api.ts';
import { INVOICE_EVENTS } from './webhook.ts';

/** Webhooks of the store. BTCPay takes the secret that the hub offers and shows it only in the answer to the create. */
export const btcpayRegistration: NonNullable<SourceConnector['registration']> = {
  list: (storeId) => webhooksRequest(storeId),
  findIn: (body, urlStart) =>
    listed(body)
      .filter((one) => textOf(one, 'url')?.startsWith(urlStart))
      .flatMap((one) => textOf(one, 'id') ?? []),
  create: (storeId, url, secret) => createWebhookRequest(storeId, { ...settingsOf(url), secret }),
  readCreated: (body, secret) => ({ id: textOf(body, 'id') ?? '', secret: textOf(body, 'secret') ?? secret }),
  remove: (storeId, id) => removeWebhookRequest(storeId, id),
  upkeep: {
    find(body, id) {
      const one = listed(body).find((candidate) => textOf(candidate, 'id') === id);
      const url = one === undefined ? null : textOf(one, 'url');
      return one === undefined || url === null ? null : { url, isWhole: isWhole(one) };
    },
    // Fields that are left out fall back to the server's defaults; only an empty secret keeps its value.
    change: (storeId, id, url, secret) =>
      changeWebhookRequest(storeId, id, { ...settingsOf(url), ...(secret === null ? {} : { secret }) }),
  },
  byHand: `Store settings, Webhooks, Create webhook; automatic redelivery on; events: ${INVOICE_EVENTS.join(', ')}`,
};

function settingsOf(url: string) {
  return {
    url,
    enabled: true,
    automaticRedelivery: true,
    // Names that an older server does not know are kept by it and never sent.
    authorizedEvents: { everything: false, specificEvents: INVOICE_EVENTS },
  };
}

function listed(body: Json): readonly Json[] {
  return Array.isArray(body) ? body : [];
}

/** Enabled, sent again after a failure, and with every event that we take. */
function isWhole(webhook: Json): boolean {
  const events = fieldOf(webhook, 'authorizedEvents');
  const named = fieldOf(events, 'specificEvents');
  const names = Array.isArray(named) ? named : [];
  const sendsAll = fieldOf(events, 'everything') === true || INVOICE_EVENTS.every((name) => names.includes(name));
  return fieldOf(webhook, 'enabled') === true && fieldOf(webhook, 'automaticRedelivery') === true && sendsAll;
}
