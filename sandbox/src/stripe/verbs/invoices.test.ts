import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { eventTypes, invoicedAccount, ledgerLines } from '../testing.ts';

const at = MONDAY;

function invoiced() {
  const account = invoicedAccount();
  return { ...account, payments: () => account.stripe.context.state.tables.invoicePayments.all() };
}

describe('an invoice', () => {
  test('adds tax per line and starts as a draft without a number', () => {
    const { invoice, rate } = invoiced();
    expect(invoice).toMatchObject({
      status: 'draft',
      number: null,
      subtotal: 32_000,
      total: 32_165,
      amount_due: 32_165,
    });
    expect(invoice.total_taxes).toMatchObject([
      { amount: 165, taxable_amount: 2_000, tax_rate_details: { tax_rate: rate.id } },
    ]);
  });

  test('that is paid links the payment intent through its default payment', () => {
    const { stripe, invoice, payments } = invoiced();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    expect(invoice).toMatchObject({ status: 'open', number: 'ACME-0001' });
    const paid = stripe.payInvoice({ at: at + 60, invoice: invoice.id });
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 32_165, amount_remaining: 0 });
    expect(payments()).toMatchObject([
      { is_default: true, status: 'paid', amount_paid: 32_165, payment: { payment_intent: paid.paymentIntent.id } },
    ]);
    expect(ledgerLines(stripe)).toEqual(['charge/charge 32165 963']);
    expect(eventTypes(stripe)).toEqual(
      expect.arrayContaining(['invoice.created', 'invoice.finalized', 'invoice_payment.paid', 'invoice.paid']),
    );
  });

  test('can be paid in two parts, each with its own payment', () => {
    const { stripe, invoice, payments } = invoiced();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    stripe.payInvoice({ at: at + 60, invoice: invoice.id, amount: 10_000 });
    expect(invoice).toMatchObject({ status: 'open', amount_paid: 10_000, amount_remaining: 22_165 });
    expect(payments().find((payment) => payment.is_default)).toMatchObject({
      status: 'open',
      amount_requested: 22_165,
    });
    stripe.payInvoice({ at: at + 90, invoice: invoice.id });
    expect(invoice.status).toBe('paid');
    expect(payments().map((payment) => payment.amount_paid)).toEqual([22_165, 10_000]);
    expect(() => stripe.payInvoice({ at, invoice: invoice.id })).toThrow('is paid');
  });

  test('that is paid outside Stripe makes no charge', () => {
    const { stripe, invoice, payments } = invoiced();
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    stripe.payInvoiceOutOfBand({ at: at + 60, invoice: invoice.id });
    expect(invoice).toMatchObject({ status: 'paid', amount_paid_off_stripe: 32_165, amount_remaining: 0 });
    expect([ledgerLines(stripe), payments()[0]?.status]).toEqual([[], 'canceled']);
  });

  test('can be voided or given up, but not when partly paid', () => {
    const first = invoiced();
    first.stripe.finalizeInvoice({ at, invoice: first.invoice.id });
    first.stripe.markUncollectible({ at, invoice: first.invoice.id });
    expect(first.invoice.status).toBe('uncollectible');
    first.stripe.voidInvoice({ at: at + 1, invoice: first.invoice.id });
    expect(first.invoice).toMatchObject({ status: 'void', status_transitions: { voided_at: at + 1 } });
    const second = invoiced();
    second.stripe.finalizeInvoice({ at, invoice: second.invoice.id });
    second.stripe.payInvoice({ at, invoice: second.invoice.id, amount: 1 });
    expect(() => second.stripe.voidInvoice({ at, invoice: second.invoice.id })).toThrow('partly paid');
  });
});
