import type { Money } from '../money.ts';
import type { Kept } from './kept.ts';
import type { Move, ProcessingFee } from './payment.ts';

export interface RefundShow {
  status: 'PENDING' | 'COMPLETED' | 'REJECTED' | 'FAILED';
  readonly amount_money: Money;
  readonly payment_id: string;
  readonly order_id?: string;
  readonly location_id: string;
  readonly destination_type: string;
  readonly reason?: string;
  readonly unlinked: boolean;
  processing_fee?: ProcessingFee[];
}

export interface Refund extends Kept<RefundShow> {
  completedAt: number | null;
  /** Fee given back, as negative amounts. */
  fees: Move[];
}
