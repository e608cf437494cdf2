import type { ProviderRequest } from '../sdk/index.ts';
import { queryOf } from '../sdk/index.ts';

/** Pinned: without it the account's own default decides the shapes. */
export const STRIPE_VERSION = '2026-10-28.endive';
/** Most rows of one page (docs.stripe.com/api/pagination, read 2026-11-20). */
export const PAGE_SIZE = 100;

export const OPERATIONS = {
  account: 'GET /v1/account',
  events: 'GET /v1/events',
  invoices: 'GET /v1/invoices',
  invoice: 'GET /v1/invoices/{id}',
  invoiceLines: 'GET /v1/invoices/{id}/lines',
  invoicePayments: 'GET /v1/invoice_payments',
  invoicePayment: 'GET /v1/invoice_payments/{id}',
  sessions: 'GET /v1/checkout/sessions',
  session: 'GET /v1/checkout/sessions/{id}',
  payouts: 'GET /v1/payouts',
  payout: 'GET /v1/payouts/{id}',
  balanceTransactions: 'GET /v1/balance_transactions',
  balanceTransaction: 'GET /v1/balance_transactions/{id}',
  disputes: 'GET /v1/disputes',
  dispute: 'GET /v1/disputes/{id}',
  endpoints: 'GET /v1/webhook_endpoints',
  createEndpoint: 'POST /v1/webhook_endpoints',
  removeEndpoint: 'DELETE /v1/webhook_endpoints/{id}',
} as const;

export type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** What a list is asked for; instants are unix seconds. */
export interface ListQuery {
  readonly createdFrom?: number;
  readonly createdBefore?: number | undefined;
  readonly after?: string | undefined;
  readonly expand?: readonly string[];
  readonly types?: readonly string[];
  readonly payout?: string;
}

/** One page of a list; `id` fills the template's place when it has one. */
export function listRequest(operation: Operation, query: ListQuery, id?: string): ProviderRequest {
  return {
    method: 'GET',
    path: pathOf(operation, id),
    operation,
    query: [
      ...queryOf({
        limit: PAGE_SIZE,
        payout: query.payout,
        'created[gte]': query.createdFrom,
        'created[lt]': query.createdBefore,
        starting_after: query.after,
      }),
      ...(query.types ?? []).map((type) => ['types[]', type] as const),
      ...expansions(query.expand),
    ],
  };
}

export function getRequest(operation: Operation, id?: string, expand?: readonly string[]): ProviderRequest {
  return { method: 'GET', path: pathOf(operation, id), operation, query: expansions(expand) };
}

/** A write: v1 takes forms, with brackets for lists. */
export function formRequest(operation: Operation, fields: readonly (readonly [string, string])[]): ProviderRequest {
  const text = fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const body = { contentType: 'application/x-www-form-urlencoded', text };
  return { method: 'POST', path: pathOf(operation), operation, body };
}

export function deleteRequest(operation: Operation, id: string): ProviderRequest {
  return { method: 'DELETE', path: pathOf(operation, id), operation };
}

function expansions(expand: readonly string[] = []): (readonly [string, string])[] {
  return expand.map((path) => ['expand[]', path]);
}

function pathOf(operation: Operation, id = ''): string {
  return operation.slice(operation.indexOf(' ') + 1).replace('{id}', encodeURIComponent(id));
}
