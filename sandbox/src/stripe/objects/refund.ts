import type { Charge, Metadata } from './charge.ts';

export interface NewRefund {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly charge: Charge;
  readonly reason: string | null;
  readonly metadata: Metadata;
}

/** A refund that has succeeded; it may still fail later. */
export function newRefund(input: NewRefund) {
  return {
    id: input.id,
    object: 'refund',
    amount: input.amount,
    balance_transaction: null as string | null,
    charge: input.charge.id,
    created: input.created,
    currency: input.charge.currency,
    customer: input.charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    failure_balance_transaction: undefined as string | undefined,
    failure_reason: undefined as string | undefined,
    metadata: input.metadata,
    payment_intent: input.charge.payment_intent,
    payment_method: input.charge.payment_method,
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

export type Refund = ReturnType<typeof newRefund>;
