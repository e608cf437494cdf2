import type { StripeContext } from '../context.ts';
import { type CreditNote, type CreditNoteLine, newCreditNote } from '../objects/credit-note.ts';
import type { Invoice } from '../objects/invoice.ts';
import { lineTax } from './invoice-drafts.ts';
import { expectStatus, settleRemaining } from './invoices.ts';
import { need } from './lookup.ts';
import { refund } from './refunds.ts';

export interface CreditNoteInput {
  readonly at: number;
  readonly invoice: string;
  readonly description: string;
  /** Minor units before tax. */
  readonly amount: number;
  readonly taxRate?: string;
  readonly reason?: string;
  readonly memo?: string;
  /** A paid invoice: refund this charge by the total. Without it the money was given back outside Stripe. */
  readonly refundCharge?: string;
}

/** Before payment it lowers what is owed; after payment it goes with a refund or money given back outside Stripe. */
export function createCreditNote(context: StripeContext, input: CreditNoteInput): CreditNote {
  const invoice = expectStatus(context, input, ['open', 'paid']);
  const line = creditLine(context, input);
  const total = line.amount + line.taxes.reduce((sum, tax) => sum + tax.amount, 0);
  const isOpen = invoice.status === 'open';
  if (isOpen && total > invoice.amount_remaining) throw new Error(`${total} is more than remains on ${invoice.id}`);
  const refunded = !isOpen && input.refundCharge !== undefined;
  const note = context.state.tables.creditNotes.add(
    newCreditNote({
      id: context.state.newId('creditNotes'),
      created: input.at,
      number: `${invoice.number}-CN-${String(context.state.nextNumber(`creditNotes:${invoice.id}`)).padStart(2, '0')}`,
      invoice,
      lines: [line],
      reason: input.reason ?? null,
      memo: input.memo ?? null,
      prePaymentAmount: isOpen ? total : 0,
      outOfBandAmount: isOpen || refunded ? 0 : total,
      refunds: refunded ? [{ refund: refundFor(context, input, total), amount: total }] : [],
    }),
  );
  context.emit('credit_note.created', input.at, note);
  if (isOpen) lowerDebt(context, invoice, total, input.at);
  else invoice.post_payment_credit_notes_amount += total;
  return note;
}

function refundFor(context: StripeContext, input: CreditNoteInput, amount: number): string {
  return refund(context, { at: input.at, charge: input.refundCharge ?? '', amount }).id;
}

function lowerDebt(context: StripeContext, invoice: Invoice, total: number, at: number): void {
  invoice.pre_payment_credit_notes_amount += total;
  invoice.amount_due -= total;
  invoice.amount_remaining -= total;
  settleRemaining(context, invoice, at);
}

function creditLine(context: StripeContext, input: CreditNoteInput): CreditNoteLine {
  const rate = input.taxRate === undefined ? null : need(context.state.tables.taxRates, input.taxRate);
  return {
    id: context.state.newId('creditNoteLines'),
    object: 'credit_note_line_item',
    amount: input.amount,
    description: input.description,
    discount_amount: 0,
    discount_amounts: [],
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: 1,
    tax_rates: [],
    taxes: rate ? [lineTax(input.amount, rate)] : [],
    type: 'custom_line_item',
    unit_amount: input.amount,
    unit_amount_decimal: String(input.amount),
  };
}

export interface VoidCreditNoteInput {
  readonly at: number;
  readonly creditNote: string;
}

/** Only a note that lowered an open invoice can be voided; the debt is then as before. */
export function voidCreditNote(context: StripeContext, input: VoidCreditNoteInput): CreditNote {
  const note = need(context.state.tables.creditNotes, input.creditNote);
  const invoice = need(context.state.tables.invoices, note.invoice);
  if (note.status !== 'issued' || invoice.status !== 'open') throw new Error(`${note.id} cannot be voided`);
  note.status = 'void';
  note.voided_at = input.at;
  context.emit('credit_note.voided', input.at, note);
  lowerDebt(context, invoice, -note.pre_payment_amount, input.at);
  return note;
}
