import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { invoicedAccount, ledgerLines } from '../testing.ts';

const at = MONDAY;

describe('a credit note', () => {
  test('before payment lowers what is owed, and voiding it raises it again', () => {
    const { stripe, invoice, rate } = invoicedAccount();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    const note = stripe.createCreditNote({
      at,
      invoice: invoice.id,
      description: 'Back',
      amount: 1_000,
      taxRate: rate.id,
    });
    expect(note).toMatchObject({
      total: 1_083,
      pre_payment_amount: 1_083,
      post_payment_amount: 0,
      type: 'pre_payment',
      number: 'ACME-0001-CN-01',
    });
    expect(invoice).toMatchObject({ amount_remaining: 31_082, pre_payment_credit_notes_amount: 1_083 });
    stripe.voidCreditNote({ at: at + 1, creditNote: note.id });
    expect(invoice).toMatchObject({ amount_remaining: 32_165, pre_payment_credit_notes_amount: 0 });
  });

  test('over the whole debt settles the invoice', () => {
    const { stripe, invoice } = invoicedAccount();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    stripe.createCreditNote({ at, invoice: invoice.id, description: 'All', amount: 32_165 });
    expect(invoice).toMatchObject({ status: 'paid', amount_remaining: 0, amount_paid: 0 });
  });

  test('after payment goes with a refund', () => {
    const { stripe, invoice } = invoicedAccount();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    const { charge } = stripe.payInvoice({ at, invoice: invoice.id });
    const note = stripe.createCreditNote({
      at: at + 9,
      invoice: invoice.id,
      description: 'Back',
      amount: 500,
      refundCharge: charge.id,
    });
    expect(note).toMatchObject({ post_payment_amount: 500, refunds: [{ amount_refunded: 500 }] });
    expect(ledgerLines(stripe).at(-1)).toBe('refund/refund -500 0');
    expect(invoice.post_payment_credit_notes_amount).toBe(500);
  });
});
