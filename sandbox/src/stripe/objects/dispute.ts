import { DAY_SECONDS } from '../../core/calendar.ts';
import type { Charge } from './charge.ts';

export interface NewDispute {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly charge: Charge;
  readonly reason: string;
  readonly status: string;
}

/** Card networks leave a merchant about this long to answer. */
const ANSWER_DAYS = 9;

/** A dispute without balance transactions yet; they are stored as ids and shown whole, as the API does. */
export function newDispute(input: NewDispute) {
  return {
    id: input.id,
    object: 'dispute',
    amount: input.amount,
    balance_transactions: [] as string[],
    charge: input.charge.id,
    created: input.created,
    currency: input.charge.currency,
    enhanced_eligibility_types: [] as string[],
    evidence: {},
    evidence_details: {
      due_by: input.created + ANSWER_DAYS * DAY_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: input.status.startsWith('warning_'),
    livemode: false,
    metadata: {},
    payment_intent: input.charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network_reason_code: '10.4' },
      type: 'card',
    },
    reason: input.reason,
    status: input.status,
  };
}

export type Dispute = ReturnType<typeof newDispute>;
