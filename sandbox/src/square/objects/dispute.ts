import type { Money } from '../money.ts';
import type { Kept } from './kept.ts';
import type { Move } from './payment.ts';

export type DisputeState =
  | 'INQUIRY_EVIDENCE_REQUIRED'
  | 'INQUIRY_PROCESSING'
  | 'INQUIRY_CLOSED'
  | 'EVIDENCE_REQUIRED'
  | 'PROCESSING'
  | 'WON'
  | 'LOST'
  | 'ACCEPTED';

export interface DisputeShow {
  readonly dispute_id: string;
  readonly amount_money: Money;
  readonly reason: string;
  state: DisputeState;
  due_at?: string;
  readonly disputed_payment: { readonly payment_id: string };
  readonly card_brand: string;
  readonly brand_dispute_id: string;
  readonly reported_at: string;
  readonly location_id: string;
}

export interface Dispute extends Kept<DisputeShow> {
  /** What was taken (positive) and given back (negative). */
  moves: Move[];
}
