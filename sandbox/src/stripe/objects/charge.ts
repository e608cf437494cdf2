import type { Json } from '../../core/json.ts';

export type Metadata = Readonly<Record<string, string>>;

export interface BillingDetails {
  readonly name: string | null;
  readonly email: string | null;
}

export interface NewCharge {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly paymentIntent: string | null;
  readonly paymentMethod: string;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly billing: BillingDetails;
  readonly last4: string;
  readonly status: 'succeeded' | 'failed';
}

export const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

/** The charge as the API shows it, before its balance transaction is known. */
export function newCharge(input: NewCharge) {
  const succeeded = input.status === 'succeeded';
  return {
    id: input.id,
    object: 'charge',
    amount: input.amount,
    amount_captured: succeeded ? input.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null as string | null,
    billing_details: {
      address: NO_ADDRESS,
      email: input.billing.email,
      name: input.billing.name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: 'ACME LLC',
    captured: succeeded,
    created: input.created,
    currency: input.currency,
    customer: input.customer,
    description: input.description,
    disputed: false,
    failure_balance_transaction: null as string | null,
    failure_code: succeeded ? null : 'card_declined',
    failure_message: succeeded ? null : 'Your card was declined.',
    fraud_details: {},
    livemode: false,
    metadata: input.metadata,
    on_behalf_of: null,
    outcome: outcome(succeeded),
    paid: succeeded,
    payment_intent: input.paymentIntent,
    payment_method: input.paymentMethod,
    payment_method_details: cardDetails(input.last4),
    receipt_email: input.billing.email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: input.status as string,
    transfer_data: null,
    transfer_group: null,
  };
}

export type Charge = ReturnType<typeof newCharge>;

function outcome(succeeded: boolean) {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: succeeded ? null : '05',
    network_status: succeeded ? 'approved_by_network' : 'declined_by_network',
    reason: succeeded ? null : 'generic_decline',
    risk_level: 'normal',
    risk_score: 21,
    seller_message: succeeded ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
    type: succeeded ? 'authorized' : 'issuer_declined',
  };
}

function cardDetails(last4: string): Json {
  return {
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      exp_month: 12,
      exp_year: 2030,
      funding: 'credit',
      last4,
      network: 'visa',
    },
    type: 'card',
  };
}
