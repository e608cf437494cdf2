import { type SourceConnector, textOf } from '../sdk/index.ts';
import { createWebhookRequest, removeWebhookRequest, webhooksRequest } from './api.ts';
import { INVOICE_EVENTS } from './webhook.ts';

/** Webhooks of the store. BTCPay takes the secret that the hub offers and shows it only in the answer to the create. */
export const btcpayRegistration: NonNullable<SourceConnector['registration']> = {
  list: (storeId) => webhooksRequest(storeId),
  findIn: (body, urlStart) => {
    const webhooks = Array.isArray(body) ? body : [];
    return webhooks.filter((one) => textOf(one, 'url')?.startsWith(urlStart)).flatMap((one) => textOf(one, 'id') ?? []);
  },
  create: (storeId, url, secret) =>
    createWebhookRequest(storeId, {
      url,
      enabled: true,
      automaticRedelivery: true,
      secret,
      // Names that an older server does not know are kept by it and never sent.
      authorizedEvents: { everything: false, specificEvents: INVOICE_EVENTS },
    }),
  readCreated: (body, secret) => ({ id: textOf(body, 'id') ?? '', secret: textOf(body, 'secret') ?? secret }),
  remove: (storeId, id) => removeWebhookRequest(storeId, id),
};
