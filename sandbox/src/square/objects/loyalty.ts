import type { Row } from '../../core/table.ts';
import type { Kept } from './kept.ts';

export interface LoyaltyAccountShow {
  readonly program_id: string;
  balance: number;
  lifetime_points: number;
  readonly customer_id?: string;
  readonly mapping: { readonly id: string; readonly created_at: string; readonly phone_number: string };
  readonly enrolled_at: string;
}
export type LoyaltyAccount = Kept<LoyaltyAccountShow>;

export interface LoyaltyEvent extends Row {
  readonly type: 'ACCUMULATE_POINTS' | 'ADJUST_POINTS';
  readonly account: string;
  readonly location: string | null;
  readonly points: number;
  readonly order: string | null;
  readonly reason: string | null;
}
