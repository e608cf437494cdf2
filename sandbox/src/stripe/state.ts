import { BASE62, derivedText } from '../core/ids.ts';
import { copyJson } from '../core/json.ts';
import { type Row, Table } from '../core/table.ts';
import type { BalanceTransaction } from './objects/balance-transaction.ts';
import type { Price, Product, TaxRate } from './objects/catalog.ts';
import type { Charge } from './objects/charge.ts';
import type { CheckoutSession } from './objects/checkout-session.ts';
import type { CreditNote } from './objects/credit-note.ts';
import type { Customer } from './objects/customer.ts';
import type { Dispute } from './objects/dispute.ts';
import type { StripeEvent } from './objects/event.ts';
import type { Invoice } from './objects/invoice.ts';
import type { InvoicePayment } from './objects/invoice-payment.ts';
import type { PaymentIntent } from './objects/payment-intent.ts';
import type { Payout } from './objects/payout.ts';
import type { Refund } from './objects/refund.ts';
import type { WebhookEndpoint } from './objects/webhook-endpoint.ts';

export interface StoredAnswer {
  readonly at: number;
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

export interface OutgoingEvent {
  readonly event: string;
  readonly endpoint: string;
}

interface Rows {
  balanceTransactions: BalanceTransaction;
  charges: Charge;
  checkoutSessions: CheckoutSession;
  creditNotes: CreditNote;
  customers: Customer;
  disputes: Dispute;
  events: StripeEvent;
  invoicePayments: InvoicePayment;
  invoices: Invoice;
  paymentIntents: PaymentIntent;
  payouts: Payout;
  prices: Price;
  products: Product;
  refunds: Refund;
  taxRates: TaxRate;
  webhookEndpoints: WebhookEndpoint;
}

export type TableName = keyof Rows;
type Tables = { [K in TableName]: Table<Rows[K]> };

/** Id prefix and number of letters after it, as Stripe writes them at this version. */
const ID_FORMS = {
  balanceTransactions: ['txn_3', 23],
  charges: ['ch_3', 23],
  checkoutSessions: ['cs_test_a1', 56],
  creditNotes: ['cn_1', 23],
  customers: ['cus_', 14],
  disputes: ['du_1', 23],
  events: ['evt_3', 23],
  invoicePayments: ['inpay_1', 23],
  invoices: ['in_1', 23],
  paymentIntents: ['pi_3', 23],
  payouts: ['po_1', 23],
  prices: ['price_1', 23],
  products: ['prod_', 14],
  refunds: ['re_3', 23],
  taxRates: ['txr_1', 23],
  webhookEndpoints: ['we_1', 23],
  invoiceLines: ['il_1', 23],
  creditNoteLines: ['cnli_1', 23],
  sessionItems: ['li_1', 23],
  paymentMethods: ['pm_1', 23],
  webhookSecrets: ['whsec_', 32],
} as const satisfies Record<string, readonly [string, number]>;

export type IdKind = keyof typeof ID_FORMS;

const TABLE_NAMES: readonly TableName[] = [
  'balanceTransactions',
  'charges',
  'checkoutSessions',
  'creditNotes',
  'customers',
  'disputes',
  'events',
  'invoicePayments',
  'invoices',
  'paymentIntents',
  'payouts',
  'prices',
  'products',
  'refunds',
  'taxRates',
  'webhookEndpoints',
];

/** Everything one Stripe account holds. Ids come from the seed and a counter, so they survive a restart. */
export class StripeState {
  seed: string;
  tables: Tables = emptyTables();
  counters: Record<string, number> = {};
  /** Which automatic payout paid a balance transaction out. */
  payoutOf = new Map<string, string>();
  /** Ids of deleted customers and products, with their object names. */
  deleted = new Map<string, string>();
  idempotent = new Map<string, StoredAnswer>();
  /** Notifications that the webhook sender has not taken yet. */
  outgoing: OutgoingEvent[] = [];
  /** The latest second at which anything happened; the account never looks older than that. */
  latestAt = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  newId(kind: IdKind): string {
    const number = (this.counters[kind] ?? 0) + 1;
    this.counters[kind] = number;
    const [prefix, length] = ID_FORMS[kind];
    return prefix + derivedText(BASE62, length, this.seed, kind, number);
  }

  nextNumber(counter: string): number {
    this.counters[counter] = (this.counters[counter] ?? 0) + 1;
    return this.counters[counter] ?? 0;
  }

  snapshot(): unknown {
    return copyJson({
      seed: this.seed,
      counters: this.counters,
      latestAt: this.latestAt,
      payoutOf: [...this.payoutOf],
      deleted: [...this.deleted],
      idempotent: [...this.idempotent],
      outgoing: this.outgoing,
      tables: Object.fromEntries(TABLE_NAMES.map((name) => [name, this.tables[name].all()])),
    });
  }

  restore(value: unknown): void {
    const saved = copyJson(value) as SavedState;
    this.seed = saved.seed;
    this.counters = saved.counters;
    this.latestAt = saved.latestAt;
    this.payoutOf = new Map(saved.payoutOf);
    this.deleted = new Map(saved.deleted);
    this.idempotent = new Map(saved.idempotent);
    this.outgoing = saved.outgoing;
    this.tables = emptyTables();
    for (const name of TABLE_NAMES) fill(this.tables[name] as unknown as Table<Row>, saved.tables[name] ?? []);
  }
}

interface SavedState {
  readonly seed: string;
  readonly counters: Record<string, number>;
  readonly latestAt: number;
  readonly payoutOf: [string, string][];
  readonly deleted: [string, string][];
  readonly idempotent: [string, StoredAnswer][];
  readonly outgoing: OutgoingEvent[];
  readonly tables: Partial<Record<TableName, Row[]>>;
}

function emptyTables(): Tables {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, new Table()])) as unknown as Tables;
}

function fill(table: Table<Row>, rows: readonly Row[]): void {
  for (const row of rows) table.add(row);
}
