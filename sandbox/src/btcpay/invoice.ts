import type { Json } from '../core/json.ts';

export type InvoiceStatus = 'New' | 'Processing' | 'Expired' | 'Invalid' | 'Settled';
export type AdditionalStatus = 'None' | 'PaidLate' | 'PaidPartial' | 'Marked' | 'Invalid' | 'PaidOver';
export type PaymentStatus = 'Processing' | 'Settled' | 'Invalid';
export type PaymentMethod = 'BTC-CHAIN' | 'BTC-LN';

export const PAYMENT_METHODS: readonly PaymentMethod[] = ['BTC-CHAIN', 'BTC-LN'];

/** Decimal text, as everywhere in this API. */
export type Amount = string;

export interface Payment {
  /** Outpoint `txid-index` on chain, payment hash over lightning. */
  readonly id: string;
  readonly method: PaymentMethod;
  /** Unix seconds. */
  readonly receivedDate: number;
  /** Coins, fee included. */
  readonly value: Amount;
  /** The part of the value that only covers the merchant's network cost. */
  readonly fee: Amount;
  status: PaymentStatus;
}

/** One way to pay an invoice; its rate is fixed when the invoice is made. */
export interface Prompt {
  readonly method: PaymentMethod;
  readonly destination: string;
  /** Units of the invoice currency for one bitcoin. */
  readonly rate: Amount;
}

export interface Checkout {
  readonly speedPolicy: string;
  readonly paymentMethods: readonly PaymentMethod[];
  readonly defaultPaymentMethod: PaymentMethod | null;
  readonly lazyPaymentMethods: boolean | null;
  readonly expirationMinutes: number;
  readonly monitoringMinutes: number;
  readonly paymentTolerance: number;
  readonly redirectURL: string | null;
  readonly redirectAutomatically: boolean;
  readonly defaultLanguage: string | null;
}

export interface Receipt {
  readonly enabled: boolean | null;
  readonly showQR: boolean | null;
  readonly showPayments: boolean | null;
}

/** One invoice as the server keeps it. */
export interface Invoice {
  readonly id: string;
  readonly storeId: string;
  readonly type: 'Standard' | 'TopUp';
  /** In `currency`; a top-up invoice gets its amount from its payments. */
  amount: Amount;
  readonly currency: string;
  /** Unix seconds. */
  readonly created: number;
  readonly expirationTime: number;
  readonly monitoringExpiration: number;
  status: InvoiceStatus;
  additionalStatus: AdditionalStatus;
  archived: boolean;
  metadata: { readonly [key: string]: Json };
  readonly checkout: Checkout;
  readonly receipt: Receipt;
  readonly searchTerms: readonly string[];
  readonly prompts: readonly Prompt[];
  readonly payments: Payment[];
}

export type InvoiceMark = 'Settled' | 'Invalid';

/** Where a hand may move an invoice from its present state. */
export function manualMarks(invoice: Invoice): InvoiceMark[] {
  switch (invoice.status) {
    case 'New':
    case 'Processing':
    case 'Expired':
      return ['Settled', 'Invalid'];
    case 'Invalid':
      return ['Settled'];
    case 'Settled':
      return invoice.additionalStatus === 'Marked' ? ['Invalid'] : [];
  }
}

export function promptOf(invoice: Invoice, method: PaymentMethod): Prompt {
  const prompt = invoice.prompts.find((candidate) => candidate.method === method);
  if (!prompt) throw new Error(`${invoice.id} cannot be paid by ${method}`);
  return prompt;
}
