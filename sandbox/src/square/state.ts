import { BASE62, derivedText, HEX } from '../core/ids.ts';
import { copyJson } from '../core/json.ts';
import { type Row, Table } from '../core/table.ts';
import type { WebhookMessage } from '../webhooks/source.ts';
import type { BalanceEntry } from './objects/balance-entry.ts';
import type { Dispute } from './objects/dispute.ts';
import type { GiftCard, GiftCardActivity } from './objects/gift-card.ts';
import type { InventoryChange, InventoryCount } from './objects/inventory.ts';
import type { Kept } from './objects/kept.ts';
import type { LoyaltyAccount, LoyaltyEvent } from './objects/loyalty.ts';
import type { OAuthState } from './objects/oauth.ts';
import type { Order } from './objects/order.ts';
import type { Payment } from './objects/payment.ts';
import type { Payout } from './objects/payout.ts';
import type { Refund } from './objects/refund.ts';
import type { SquareEvent, Subscription } from './objects/webhooks.ts';

export interface StoredAnswer {
  readonly request: string;
  readonly body: string;
}

/** Something that happens by the clock. */
export interface Due {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'fee' | 'refund';
  readonly id: string;
}

export interface CatalogRow extends Kept {
  readonly type: string;
  deleted: boolean;
}

interface Rows {
  catalog: CatalogRow;
  customers: Kept;
  disputes: Dispute;
  entries: BalanceEntry;
  events: SquareEvent;
  giftCardActivities: GiftCardActivity;
  giftCards: GiftCard;
  inventoryChanges: InventoryChange;
  invoices: Kept;
  loyaltyAccounts: LoyaltyAccount;
  loyaltyEvents: LoyaltyEvent;
  orders: Order;
  payments: Payment;
  payouts: Payout;
  refunds: Refund;
  subscriptions: Subscription;
}

export type TableName = keyof Rows;
type Tables = { [K in TableName]: Table<Rows[K]> };

/** Id prefix and number of letters after it, much as Square writes them. */
const ID_FORMS = {
  catalog: ['', 24],
  customers: ['', 26],
  disputes: ['', 22],
  entries: ['poe_', 36],
  giftCardActivities: ['gcact_', 32],
  giftCards: ['gftc:', 32],
  inventoryChanges: ['', 24],
  invoices: ['inv:0-', 36],
  loyaltyAccounts: ['', 32],
  loyaltyEvents: ['', 32],
  orders: ['', 33],
  payments: ['', 33],
  payouts: ['po_', 36],
  refunds: ['', 42],
  subscriptions: ['wbhk_', 32],
  uids: ['', 22],
  codes: ['sandbox-sq0cgb-', 43],
  grants: ['grant_', 22],
  accessTokens: ['sandbox-square-oauth-', 43],
  refreshTokens: ['sandbox-square-refresh-', 43],
  signatureKeys: ['', 22],
} as const satisfies Record<string, readonly [string, number]>;

export type IdKind = keyof typeof ID_FORMS;

const TABLE_NAMES: readonly TableName[] = [
  'catalog',
  'customers',
  'disputes',
  'entries',
  'events',
  'giftCardActivities',
  'giftCards',
  'inventoryChanges',
  'invoices',
  'loyaltyAccounts',
  'loyaltyEvents',
  'orders',
  'payments',
  'payouts',
  'refunds',
  'subscriptions',
];

/** Everything one seller holds. Ids come from the seed and a counter, so they survive a restart. */
export class SquareState {
  seed: string;
  tables: Tables = emptyTables();
  counters: Record<string, number> = {};
  counts: InventoryCount[] = [];
  oauth: OAuthState = { grants: [], codes: [], access: [], refresh: [] };
  idempotent = new Map<string, StoredAnswer>();
  /** Soonest first. */
  due: Due[] = [];
  /** Notifications that the webhook sender has not taken yet. */
  outgoing: WebhookMessage[] = [];
  /** The latest millisecond at which anything happened; the seller never looks older than that. */
  latestAt = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  newId(kind: IdKind): string {
    const [prefix, length] = ID_FORMS[kind];
    return prefix + derivedText(BASE62, length, this.seed, kind, this.nextNumber(kind));
  }

  /** A UUID, as events and idempotent things of Square carry. */
  newUuid(kind: string): string {
    const hex = derivedText(HEX, 32, this.seed, kind, this.nextNumber(kind));
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  nextNumber(counter: string): number {
    this.counters[counter] = (this.counters[counter] ?? 0) + 1;
    return this.counters[counter] ?? 0;
  }

  /** Puts something on the clock; what is due at the same moment keeps its order. */
  later(due: Due): void {
    const position = this.due.findIndex(({ at }) => at > due.at);
    this.due.splice(position < 0 ? this.due.length : position, 0, due);
  }

  snapshot(): unknown {
    return copyJson({
      seed: this.seed,
      counters: this.counters,
      counts: this.counts,
      oauth: this.oauth,
      latestAt: this.latestAt,
      due: this.due,
      idempotent: [...this.idempotent],
      outgoing: this.outgoing,
      tables: Object.fromEntries(TABLE_NAMES.map((name) => [name, this.tables[name].all()])),
    });
  }

  restore(value: unknown): void {
    const saved = copyJson(value) as SavedState;
    this.seed = saved.seed;
    this.counters = saved.counters;
    this.counts = saved.counts;
    this.oauth = saved.oauth;
    this.latestAt = saved.latestAt;
    this.due = saved.due;
    this.idempotent = new Map(saved.idempotent);
    this.outgoing = saved.outgoing;
    this.tables = emptyTables();
    for (const name of TABLE_NAMES) fill(this.tables[name] as unknown as Table<Row>, saved.tables[name] ?? []);
  }
}

interface SavedState {
  readonly seed: string;
  readonly counters: Record<string, number>;
  readonly counts: InventoryCount[];
  readonly oauth: OAuthState;
  readonly latestAt: number;
  readonly due: Due[];
  readonly idempotent: [string, StoredAnswer][];
  readonly outgoing: WebhookMessage[];
  readonly tables: Partial<Record<TableName, Row[]>>;
}

function emptyTables(): Tables {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, new Table()])) as unknown as Tables;
}

function fill(table: Table<Row>, rows: readonly Row[]): void {
  for (const row of rows) table.add(row);
}
