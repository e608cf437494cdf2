import type { Money } from '../money.ts';
import type { Kept } from './kept.ts';

export type PaymentStatus = 'APPROVED' | 'PENDING' | 'COMPLETED' | 'CANCELED' | 'FAILED';

/** How a customer pays; a gift card shows as a card of its own brand. */
export type SourceKind = 'card' | 'giftCard' | 'cash' | 'external' | 'bankAccount' | 'wallet';

export interface ProcessingFee {
  readonly effective_at: string;
  readonly type: 'INITIAL' | 'ADJUSTMENT';
  readonly amount_money: Money;
}

export interface PaymentShow {
  amount_money: Money;
  tip_money?: Money;
  total_money: Money;
  approved_money: Money;
  refunded_money?: Money;
  refund_ids?: string[];
  processing_fee?: ProcessingFee[];
  status: PaymentStatus;
  source_type: string;
  readonly location_id: string;
  readonly order_id?: string;
  readonly customer_id?: string;
  readonly [more: string]: unknown;
}

/** Money that moved at a moment, in minor units. */
export interface Move {
  readonly at: number;
  readonly amount: number;
}

export interface Payment extends Kept<PaymentShow> {
  readonly kind: SourceKind;
  /** What Square keeps, as it was taken from the balance; the object shows it later. */
  fees: Move[];
  completedAt: number | null;
  readonly giftCard: string | null;
}

const ON_BALANCE: readonly SourceKind[] = ['card', 'bankAccount', 'wallet'];

/** Whether Square holds the money of such a payment: cash, other systems and gift cards never reach a payout. */
export function reachesBalance(kind: SourceKind): boolean {
  return ON_BALANCE.includes(kind);
}
