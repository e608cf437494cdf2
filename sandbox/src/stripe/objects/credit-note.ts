import type { Metadata } from './charge.ts';
import type { Invoice, LineTax } from './invoice.ts';

export interface CreditNoteLine {
  readonly id: string;
  readonly object: 'credit_note_line_item';
  readonly amount: number;
  readonly description: string | null;
  readonly discount_amount: number;
  readonly discount_amounts: readonly never[];
  readonly invoice_line_item?: string;
  readonly livemode: boolean;
  readonly metadata: Metadata | null;
  readonly pretax_credit_amounts: readonly never[];
  readonly quantity: number;
  readonly tax_rates: readonly never[];
  readonly taxes: readonly LineTax[];
  readonly type: string;
  readonly unit_amount: number;
  readonly unit_amount_decimal: string;
}

export interface NewCreditNote {
  readonly id: string;
  readonly created: number;
  readonly number: string;
  readonly invoice: Invoice;
  readonly lines: readonly CreditNoteLine[];
  readonly reason: string | null;
  readonly memo: string | null;
  /** The part that lowered what was still owed; the rest was given back after payment. */
  readonly prePaymentAmount: number;
  readonly outOfBandAmount: number;
  readonly refunds: readonly { readonly refund: string; readonly amount: number }[];
}

/** An issued credit note. Its lines are kept whole here; the API embeds the first ten. */
export function newCreditNote(input: NewCreditNote) {
  const subtotal = input.lines.reduce((sum, line) => sum + line.amount, 0);
  const taxes = input.lines.flatMap((line) => line.taxes);
  const total = subtotal + taxes.reduce((sum, tax) => sum + tax.amount, 0);
  return {
    id: input.id,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created: input.created,
    currency: input.invoice.currency,
    customer: input.invoice.customer,
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [] as never[],
    effective_at: input.created,
    invoice: input.invoice.id,
    lines: input.lines,
    livemode: false,
    memo: input.memo,
    metadata: {} as Metadata,
    number: input.number,
    out_of_band_amount: input.outOfBandAmount > 0 ? input.outOfBandAmount : null,
    pdf: `https://pay.stripe.invalid/credit_notes/${input.id}/pdf`,
    post_payment_amount: total - input.prePaymentAmount,
    pre_payment_amount: input.prePaymentAmount,
    pretax_credit_amounts: [] as never[],
    reason: input.reason,
    refunds: input.refunds.map(({ refund, amount }) => ({
      amount_refunded: amount,
      payment_record_refund: null,
      refund,
      type: 'refund',
    })),
    shipping_cost: null,
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_excluding_tax: subtotal,
    total_taxes: taxes,
    type: input.prePaymentAmount > 0 ? (input.prePaymentAmount < total ? 'mixed' : 'pre_payment') : 'post_payment',
    voided_at: null as number | null,
  };
}

export type CreditNote = ReturnType<typeof newCreditNote>;
