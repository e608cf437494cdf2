import { writeJson } from '../../kernel/json.ts';
import { type ProviderRequest, queryOf } from '../sdk/index.ts';

/**
 * Beside the server's health and the key, only paths below a store: every version serves them. `includeArchived` of the invoice list is in the server's source
 * but not in its description, so archived invoices are left to the single read.
 */
export const OPERATIONS = {
  health: 'GET /api/v1/health',
  key: 'GET /api/v1/api-keys/current',
  revokeKey: 'DELETE /api/v1/api-keys/current',
  stores: 'GET /api/v1/stores',
  invoices: 'GET /api/v1/stores/{storeId}/invoices',
  invoice: 'GET /api/v1/stores/{storeId}/invoices/{invoiceId}',
  paymentMethods: 'GET /api/v1/stores/{storeId}/invoices/{invoiceId}/payment-methods',
  webhooks: 'GET /api/v1/stores/{storeId}/webhooks',
  createWebhook: 'POST /api/v1/stores/{storeId}/webhooks',
  changeWebhook: 'PUT /api/v1/stores/{storeId}/webhooks/{webhookId}',
  removeWebhook: 'DELETE /api/v1/stores/{storeId}/webhooks/{webhookId}',
} as const;

type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** Invoices asked for in one call: the server sets no limit, small hardware does. */
export const PAGE_SIZE = 100;

export interface InvoiceQuery {
  /** Unix seconds of creation. The server keeps fractions: an end at T leaves out what came later in second T. */
  readonly from: number;
  readonly to: number | undefined;
  readonly skip: number;
}

/** Needs no key. */
export function healthRequest(): ProviderRequest {
  return requestOf(OPERATIONS.health, {});
}

/** What the key in use may do. */
export function keyRequest(): ProviderRequest {
  return requestOf(OPERATIONS.key, {});
}

/** Ends the key in use. */
export function revokeKeyRequest(): ProviderRequest {
  return requestOf(OPERATIONS.revokeKey, {});
}

export function storesRequest(): ProviderRequest {
  return requestOf(OPERATIONS.stores, {});
}

export function invoicesRequest(storeId: string, { from, to, skip }: InvoiceQuery): ProviderRequest {
  const query = queryOf({
    startDate: from,
    endDate: to,
    includePaymentMethods: 'true',
    take: PAGE_SIZE,
    skip: skip === 0 ? undefined : skip,
  });
  return { ...requestOf(OPERATIONS.invoices, { storeId }), query };
}

export function invoiceRequest(storeId: string, invoiceId: string): ProviderRequest {
  return requestOf(OPERATIONS.invoice, { storeId, invoiceId });
}

/** With payments that were replaced or double-spent: only here they are visible, as Invalid. */
export function paymentMethodsRequest(storeId: string, invoiceId: string): ProviderRequest {
  return {
    ...requestOf(OPERATIONS.paymentMethods, { storeId, invoiceId }),
    query: queryOf({ onlyAccountedPayments: 'false' }),
  };
}

export function webhooksRequest(storeId: string): ProviderRequest {
  return requestOf(OPERATIONS.webhooks, { storeId });
}

export function createWebhookRequest(storeId: string, settings: unknown): ProviderRequest {
  const body = { contentType: 'application/json', text: writeJson(settings) };
  return { ...requestOf(OPERATIONS.createWebhook, { storeId }), body };
}

export function changeWebhookRequest(storeId: string, webhookId: string, settings: unknown): ProviderRequest {
  const body = { contentType: 'application/json', text: writeJson(settings) };
  return { ...requestOf(OPERATIONS.changeWebhook, { storeId, webhookId }), body };
}

export function removeWebhookRequest(storeId: string, webhookId: string): ProviderRequest {
  return requestOf(OPERATIONS.removeWebhook, { storeId, webhookId });
}

function requestOf(operation: Operation, ids: Readonly<Record<string, string>>): ProviderRequest {
  const [method, template = ''] = operation.split(' ');
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ''));
  return { method: method as ProviderRequest['method'], path, operation };
}
