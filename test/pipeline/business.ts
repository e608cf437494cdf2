import type { Sandbox } from '../../sandbox/src/index.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** What happened at Stripe, for tests that look for single parts of it. */
export interface Happened {
  readonly sale: string;
  readonly invoiceCharge: string;
  readonly payout: string;
}

/**
 * Business before `now` (Unix seconds) that needs each kind of document in invoicing mode: an invoice that is paid and
 * refunded in part, a sale with tax that is refunded in part, a refund that fails, a payout. All within two weeks.
 */
export function eachKindOfDocument({ stripe }: Sandbox, now: number): Happened {
  const at = (days: number) => now - days * DAY_S;
  const customer = stripe.createCustomer({ at: at(12), name: 'Blue Door Ltd', email: 'office@bluedoor.example' });
  const draft = stripe.createInvoice({
    at: at(12),
    customer: customer.id,
    lines: [{ description: 'Design', unitAmount: 50_000 }],
  });
  stripe.finalizeInvoice({ at: at(12), invoice: draft.id });
  const paid = stripe.payInvoice({ at: at(11), invoice: draft.id });
  const { charge: sale } = stripe.charge({
    at: at(11),
    amount: 10_825,
    checkout: { items: [{ description: 'Lamp', quantity: 1, subtotal: 10_000, tax: 825 }] },
  });
  stripe.refund({ at: at(10), charge: paid.charge.id, amount: 2_000 });
  stripe.refund({ at: at(10) + 1, charge: sale.id, amount: 3_000 });
  const failing = stripe.refund({ at: at(9), charge: sale.id, amount: 1_000 });
  stripe.failRefund({ at: at(8), refund: failing.id });
  const payout = stripe.payoutDue({ at: at(5) });
  stripe.advancePayouts(at(1));
  return { sale: sale.id, invoiceCharge: paid.charge.id, payout: payout!.id };
}
