import type { EntityName } from '../store/entity.ts';

/** The verbs of change notifications, as the older format spells them. */
export type NoticeOperation = 'Create' | 'Update' | 'Delete' | 'Merge' | 'Void' | 'Emailed';

/** One change to tell the app about. */
export interface ChangeNotice {
  /** Rising by one for each notice of the company. */
  readonly seq: number;
  /** The event's id, the same in every delivery of it. */
  readonly id: string;
  readonly realmId: string;
  readonly entity: EntityName;
  readonly entityId: string;
  readonly operation: NoticeOperation;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** Of a merge: the object that went away. */
  readonly deletedId?: string;
}

/** Entities that have notifications at all. Source: Intuit, Webhooks, read 2026-11-20. */
export const NOTIFIED: ReadonlySet<EntityName> = new Set<EntityName>([
  'Account',
  'Bill',
  'BillPayment',
  'Class',
  'CreditMemo',
  'Customer',
  'Department',
  'Deposit',
  'Invoice',
  'Item',
  'JournalEntry',
  'Payment',
  'PaymentMethod',
  'Preferences',
  'Purchase',
  'RefundReceipt',
  'SalesReceipt',
  'TaxAgency',
  'Term',
  'Transfer',
  'Vendor',
]);

/** Entities whose void is told as `Void`; elsewhere it is an update. */
export const VOID_NOTIFIED: ReadonlySet<EntityName> = new Set<EntityName>([
  'BillPayment',
  'CreditMemo',
  'Invoice',
  'Payment',
  'Purchase',
  'RefundReceipt',
  'SalesReceipt',
  'Transfer',
]);
