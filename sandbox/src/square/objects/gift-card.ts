import type { Row } from '../../core/table.ts';
import type { Money } from '../money.ts';

export interface GiftCard extends Row {
  /** The number on the card, 16 digits. */
  readonly gan: string;
  state: 'PENDING' | 'ACTIVE' | 'DEACTIVATED';
  balance: number;
}

export interface GiftCardActivity extends Row {
  readonly type: string;
  readonly location: string;
  readonly giftCard: string;
  readonly gan: string;
  readonly balance: Money;
  /** The field of the details and what it holds. */
  readonly field: string;
  readonly details: { readonly [name: string]: unknown };
}
