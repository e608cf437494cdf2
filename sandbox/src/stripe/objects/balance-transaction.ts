export interface FeeDetail {
  /** Minor units, positive for a fee taken, negative for one returned. */
  readonly amount: number;
  readonly application: string | null;
  readonly currency: string;
  readonly description: string | null;
  readonly type: string;
}

export type BalanceType = 'payments' | 'risk_reserved';

/** One movement of the Stripe balance. Amounts never change after creation. */
export interface BalanceTransaction {
  readonly id: string;
  readonly object: 'balance_transaction';
  readonly amount: number;
  readonly available_on: number;
  readonly balance_type: BalanceType;
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly exchange_rate: number | null;
  readonly fee: number;
  readonly fee_details: readonly FeeDetail[];
  readonly net: number;
  readonly reporting_category: string;
  readonly source: string | null;
  readonly type: string;
}
