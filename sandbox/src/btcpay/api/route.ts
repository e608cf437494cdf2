import type { BtcpayContext } from '../context.ts';
import type { Invoice } from '../invoice.ts';
import type { Webhook } from '../state.ts';
import { notFound } from './errors.ts';

export interface Call {
  readonly context: BtcpayContext;
  /** Unix seconds. */
  readonly now: number;
  readonly ids: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
  readonly key: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with `{names}` for identifiers. */
  readonly path: string;
  /** The policy that a key needs; null for none. */
  readonly permission: string | null;
  /** Readable without a key. */
  readonly open?: boolean;
  /** The answer's JSON; undefined sends 200 without a body. */
  answer(call: Call): unknown;
}

/** The invoice of the path; it must belong to the path's store when there is one. */
export function theInvoice({ context, ids }: Call): Invoice {
  const invoice = context.state.invoices.get(ids.invoiceId ?? '');
  if (!invoice || (ids.storeId !== undefined && invoice.storeId !== ids.storeId)) throw notFound('invoice');
  return invoice;
}

export function theWebhook({ context, ids }: Call): Webhook {
  const webhook = context.state.webhooks.get(ids.webhookId ?? '');
  if (!webhook || (ids.storeId !== undefined && webhook.storeId !== ids.storeId)) throw notFound('webhook');
  return webhook;
}

/** Each operation under its store and, since 2.4, without it. */
export function bothPaths(route: Route): Route[] {
  return [{ ...route, path: `/stores/{storeId}${route.path}` }, route];
}
