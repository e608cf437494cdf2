import { BECH32, derivedText } from '../core/ids.ts';
import type { Json } from '../core/json.ts';
import type { BtcpayContext } from './context.ts';
import {
  type Checkout,
  type Invoice,
  PAYMENT_METHODS,
  type PaymentMethod,
  type Prompt,
  type Receipt,
} from './invoice.ts';
import type { Store } from './settings.ts';
import { advance } from './status.ts';

export interface CreateInvoiceInput {
  /** Unix seconds. */
  readonly at: number;
  readonly storeId: string;
  /** Decimal text; null makes a top-up invoice. */
  readonly amount: string | null;
  readonly currency?: string;
  readonly metadata?: { readonly [key: string]: Json };
  readonly checkout?: Partial<Checkout>;
  readonly receipt?: Partial<Receipt>;
  readonly searchTerms?: readonly string[];
  /** Price of one bitcoin by payment method; the server's rate for the currency otherwise. */
  readonly rates?: Partial<Record<PaymentMethod, string>>;
}

/** Makes an invoice with its rates fixed, and tells of it. */
export function createInvoice(context: BtcpayContext, input: CreateInvoiceInput): Invoice {
  advance(context, input.at);
  const store = context.store(input.storeId);
  if (!store) throw new Error(`no such store: ${input.storeId}`);
  const id = context.state.newId('invoices');
  const currency = input.currency ?? store.currency;
  const checkout = fullCheckout(input.checkout ?? {}, store);
  const expirationTime = input.at + Math.round(checkout.expirationMinutes * 60);
  const invoice: Invoice = {
    id,
    storeId: store.id,
    type: input.amount === null ? 'TopUp' : 'Standard',
    amount: input.amount ?? '0',
    currency,
    created: input.at,
    expirationTime,
    monitoringExpiration: expirationTime + Math.round(checkout.monitoringMinutes * 60),
    status: 'New',
    additionalStatus: 'None',
    archived: false,
    metadata: input.metadata ?? {},
    checkout,
    receipt: { enabled: null, showQR: null, showPayments: null, ...input.receipt },
    searchTerms: input.searchTerms ?? [],
    prompts: checkout.paymentMethods.map((method): Prompt => {
      const rate = input.rates?.[method] ?? serverRate(context, currency);
      return { method, destination: destinationFor(id, method), rate };
    }),
    payments: [],
  };
  context.state.invoices.add(invoice);
  context.state.open.add(invoice);
  context.emit(invoice, 'InvoiceCreated', input.at);
  return invoice;
}

/** What was not asked for comes from the store. */
function fullCheckout(asked: Partial<Checkout>, store: Store): Checkout {
  return {
    speedPolicy: 'MediumSpeed',
    paymentMethods: PAYMENT_METHODS,
    defaultPaymentMethod: null,
    lazyPaymentMethods: null,
    expirationMinutes: store.invoiceExpiration / 60,
    monitoringMinutes: store.monitoringExpiration / 60,
    paymentTolerance: store.paymentTolerance,
    redirectURL: null,
    redirectAutomatically: false,
    defaultLanguage: null,
    ...asked,
  };
}

function serverRate(context: BtcpayContext, currency: string): string {
  const rate = currency === 'BTC' ? '1' : context.rates[currency];
  if (rate === undefined) throw new Error(`no rate for ${currency}`);
  return rate;
}

function destinationFor(invoice: string, method: PaymentMethod): string {
  const chain = method === 'BTC-CHAIN';
  return (chain ? 'bcrt1q' : 'lnbcrt1p') + derivedText(BECH32, chain ? 38 : 180, invoice, method);
}
