import type { Row } from '../../core/table.ts';

/** One change of what Square holds for a location; becomes a payout entry when it is paid out. Minor units. */
export interface BalanceEntry extends Row {
  readonly location: string;
  /** An ActivityType of the API. */
  readonly type: string;
  readonly gross: number;
  readonly fee: number;
  readonly net: number;
  /** The ids that the entry's detail object names; null for a type that has none. */
  readonly details: Readonly<Record<string, string>> | null;
  payout: string | null;
}

/** Types with a detail object of their own; the others show none. */
const DETAILED = new Set([
  'CHARGE',
  'REFUND',
  'DISPUTE',
  'OPEN_DISPUTE',
  'FEE',
  'HOLD_ADJUSTMENT',
  'RELEASE_ADJUSTMENT',
  'OTHER',
  'OTHER_ADJUSTMENT',
  'RESERVE_HOLD',
  'RESERVE_RELEASE',
  'SQUARE_CAPITAL_PAYMENT',
  'SQUARE_CAPITAL_REVERSED_PAYMENT',
  'AUTOMATIC_SAVINGS',
  'AUTOMATIC_SAVINGS_REVERSED',
  'DEPOSIT_FEE',
  'DEPOSIT_FEE_REVERSED',
  'THIRD_PARTY_FEE',
  'THIRD_PARTY_FEE_REFUND',
  'TAX_ON_FEE',
  'FREE_PROCESSING',
  'SQUARE_PAYROLL_TRANSFER',
  'SQUARE_PAYROLL_TRANSFER_REVERSED',
]);

/** `type_charge_details` for CHARGE; null for the types that have no such field. */
export function detailField(type: string): string | null {
  return DETAILED.has(type) ? `type_${type.toLowerCase()}_details` : null;
}
