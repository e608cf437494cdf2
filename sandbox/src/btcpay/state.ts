import { BASE58, derivedText } from '../core/ids.ts';
import { copyJson, type Json } from '../core/json.ts';
import { Table } from '../core/table.ts';
import type { WebhookMessage } from '../webhooks/source.ts';
import type { Invoice } from './invoice.ts';

export interface BtcpayEvent {
  readonly id: string;
  readonly storeId: string;
  readonly type: string;
  /** Unix seconds. */
  readonly created: number;
  /** What the payload says besides the delivery's own fields, in the order of the wire. */
  readonly fields: { readonly [key: string]: Json };
}

export interface Webhook {
  readonly id: string;
  readonly created: number;
  readonly storeId: string;
  url: string;
  enabled: boolean;
  automaticRedelivery: boolean;
  secret: string;
  authorizedEvents: { readonly everything: boolean; readonly specificEvents: readonly string[] };
}

export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly event: string;
  /** Unix seconds of the happening and of the sending. */
  readonly timestamp: number;
  readonly deliveryTime: number;
  readonly httpCode: number | null;
  readonly errorMessage: string | null;
  readonly status: 'HttpSuccess' | 'HttpError' | 'Failed';
}

export interface StorePayout {
  readonly id: string;
  readonly created: number;
  readonly storeId: string;
  revision: number;
  readonly pullPaymentId: string;
  readonly destination: string;
  readonly originalCurrency: string;
  readonly originalAmount: string;
  readonly payoutCurrency: string;
  payoutAmount: string | null;
  readonly payoutMethodId: string;
  state: 'AwaitingApproval' | 'AwaitingPayment' | 'InProgress' | 'Completed' | 'Cancelled';
  paymentProof: { readonly proofType: string; readonly id: string; readonly link: string | null } | null;
  readonly metadata: { readonly [key: string]: Json };
}

/** A key that a person granted on the authorize page. */
export interface GrantedKey {
  readonly key: string;
  readonly label: string;
  /** `policy` for every store of the user, or `policy:storeId`. */
  readonly permissions: readonly string[];
  /** Of the app that asked; null for one that did not say. */
  readonly applicationIdentifier: string | null;
  readonly redirect: string | null;
}

interface Saved {
  readonly seed: string;
  readonly counters: Record<string, number>;
  readonly latestAt: number;
  readonly revokedKeys: string[];
  readonly grantedKeys?: GrantedKey[];
  readonly invoices: Invoice[];
  readonly events: BtcpayEvent[];
  readonly webhooks: Webhook[];
  readonly deliveries: Delivery[];
  readonly payouts: StorePayout[];
  readonly outgoing: WebhookMessage[];
}

/** Everything one BTCPay Server holds. Ids come from the seed and a counter, so they survive a restart. */
export class BtcpayState {
  seed: string;
  counters: Record<string, number> = {};
  latestAt = 0;
  revokedKeys = new Set<string>();
  grantedKeys: GrantedKey[] = [];
  invoices = new Table<Invoice>();
  events = new Table<BtcpayEvent>();
  webhooks = new Table<Webhook>();
  payouts = new Table<StorePayout>();
  deliveries = new Map<string, Delivery>();
  outgoing: WebhookMessage[] = [];
  /** Invoices that time alone can still change. */
  open = new Set<Invoice>();

  constructor(seed: string) {
    this.seed = seed;
  }

  next(counter: string): number {
    const number = (this.counters[counter] ?? 0) + 1;
    this.counters[counter] = number;
    return number;
  }

  /** 22 letters, as the server writes its ids. */
  newId(kind: string): string {
    return derivedText(BASE58, 22, this.seed, kind, this.next(kind));
  }

  snapshot(): unknown {
    return copyJson({
      seed: this.seed,
      counters: this.counters,
      latestAt: this.latestAt,
      revokedKeys: [...this.revokedKeys],
      grantedKeys: this.grantedKeys,
      invoices: this.invoices.all(),
      events: this.events.all(),
      webhooks: this.webhooks.all(),
      deliveries: [...this.deliveries.values()],
      payouts: this.payouts.all(),
      outgoing: this.outgoing,
    });
  }

  restore(value: unknown): void {
    const saved = copyJson(value) as Saved;
    this.seed = saved.seed;
    this.counters = saved.counters;
    this.latestAt = saved.latestAt;
    this.revokedKeys = new Set(saved.revokedKeys);
    this.grantedKeys = saved.grantedKeys ?? [];
    this.invoices = filled(saved.invoices);
    this.events = filled(saved.events);
    this.webhooks = filled(saved.webhooks);
    this.payouts = filled(saved.payouts);
    this.deliveries = new Map(saved.deliveries.map((delivery) => [delivery.id, delivery]));
    this.outgoing = saved.outgoing;
    this.open = new Set(saved.invoices.filter(({ status }) => status === 'New' || status === 'Processing'));
  }
}

function filled<T extends { readonly id: string; readonly created: number }>(rows: readonly T[]): Table<T> {
  const table = new Table<T>();
  for (const row of rows) table.add(row);
  return table;
}
