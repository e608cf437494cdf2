import type { Money } from '../money.ts';
import type { Kept } from './kept.ts';

export interface PayoutShow {
  status: 'SENT' | 'PAID' | 'FAILED';
  readonly location_id: string;
  readonly amount_money: Money;
  readonly type: 'BATCH' | 'SIMPLE';
  readonly destination: { readonly type: string; readonly id: string };
  readonly payout_fee?: readonly {
    readonly amount_money: Money;
    readonly effective_at: string;
    readonly type: string;
  }[];
  readonly arrival_date: string;
  readonly end_to_end_id: string;
}

export interface Payout extends Kept<PayoutShow> {
  /** When the bank sent the money back. */
  failedAt: number | null;
}
