export interface NewInvoicePayment {
  readonly id: string;
  readonly created: number;
  readonly invoice: string;
  readonly currency: string;
  readonly amountRequested: number;
  readonly isDefault: boolean;
  readonly paymentIntent: string;
}

/** The link between an invoice and one payment towards it. */
export function newInvoicePayment(input: NewInvoicePayment) {
  return {
    id: input.id,
    object: 'invoice_payment',
    amount_paid: null as number | null,
    amount_requested: input.amountRequested,
    created: input.created,
    currency: input.currency,
    invoice: input.invoice,
    is_default: input.isDefault,
    livemode: false,
    payment: { payment_intent: input.paymentIntent, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null as number | null, paid_at: null as number | null },
  };
}

export type InvoicePayment = ReturnType<typeof newInvoicePayment>;
