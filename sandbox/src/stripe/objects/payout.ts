export interface NewPayout {
  readonly id: string;
  readonly created: number;
  readonly arrivalDate: number;
  /** Negative when Stripe takes money from the bank account. */
  readonly amount: number;
  readonly currency: string;
  readonly automatic: boolean;
  readonly method: 'standard' | 'instant';
  readonly destination: string;
  readonly balanceTransaction: string;
}

export function newPayout(input: NewPayout) {
  return {
    id: input.id,
    object: 'payout',
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: input.arrivalDate,
    automatic: input.automatic,
    balance_transaction: input.balanceTransaction,
    created: input.created,
    currency: input.currency,
    description: input.automatic ? 'STRIPE PAYOUT' : null,
    destination: input.destination,
    failure_balance_transaction: null as string | null,
    failure_code: null as string | null,
    failure_message: null as string | null,
    livemode: false,
    metadata: {},
    method: input.method as string,
    original_payout: null,
    payout_method: null,
    reconciliation_status: input.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: { status: 'pending', value: null as string | null },
    type: 'bank_account',
  };
}

export type Payout = ReturnType<typeof newPayout>;
