import { type BillingDetails, type Metadata, NO_ADDRESS } from './charge.ts';

export interface SessionItem {
  readonly id: string;
  readonly object: 'item';
  readonly adjustable_quantity: null;
  readonly amount_discount: number;
  readonly amount_subtotal: number;
  readonly amount_tax: number;
  readonly amount_total: number;
  readonly currency: string;
  readonly description: string;
  readonly metadata: Metadata;
  readonly price: null;
  readonly quantity: number;
}

export interface NewSession {
  readonly id: string;
  readonly created: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly billing: BillingDetails;
  readonly paymentIntent: string;
  readonly items: readonly SessionItem[];
  readonly metadata: Metadata;
}

/** Sessions expire a day after they were made. */
const LIFETIME_SECONDS = 86_400;

/** A completed, paid session. Its items are kept whole here; the API shows them on their own address or expanded. */
export function newCheckoutSession(input: NewSession) {
  const sum = (field: 'amount_subtotal' | 'amount_tax' | 'amount_total') =>
    input.items.reduce((total, item) => total + item[field], 0);
  return {
    id: input.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: ['card'],
    amount_subtotal: sum('amount_subtotal'),
    amount_total: sum('amount_total'),
    automatic_tax: { enabled: true, liability: { type: 'self' }, provider: 'stripe', status: 'complete' },
    billing_address_collection: null,
    cancel_url: null,
    client_reference_id: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: input.created,
    currency: input.currency,
    currency_conversion: null,
    custom_fields: [] as never[],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: input.customer,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: {
      address: NO_ADDRESS,
      business_name: null,
      email: input.billing.email,
      individual_name: null,
      name: input.billing.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [] as never[],
    },
    customer_email: null,
    discounts: [] as never[],
    expires_at: input.created + LIFETIME_SECONDS,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    items: input.items,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: input.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: input.paymentIntent,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_status: 'paid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [] as never[],
    status: 'complete',
    submit_type: null,
    subscription: null,
    success_url: 'https://shop.acme.invalid/thanks',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: sum('amount_tax') },
    ui_mode: 'hosted',
    url: null,
    wallet_options: null,
  };
}

export type CheckoutSession = ReturnType<typeof newCheckoutSession>;
