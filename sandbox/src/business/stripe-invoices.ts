import { DAY_SECONDS } from '../core/calendar.ts';
import type { Invoice } from '../stripe/objects/invoice.ts';
import type { StripeMonth } from './stripe-parts.ts';
import { workingDay } from './times.ts';

/** What becomes of an invoice. */
const FATES = [
  'paid',
  'twoParts',
  'outOfBand',
  'open',
  'void',
  'uncollectible',
  'credited',
  'creditedAfterPayment',
  'draft',
] as const;
type Fate = (typeof FATES)[number];

const MANY_INVOICES = 45;
/** Sales tax on invoices, in hundredths of a percent. */
const TAX_BPS = 825;

/** A few invoices of every fate; many when the business lives on invoices, most of them simply paid. */
export function planInvoices(context: StripeMonth, many: boolean): void {
  const { stripe, month, random, schedule } = context;
  schedule.at(month.from, (at) => {
    const rate = stripe.createTaxRate({ at, displayName: 'Sales tax', bps: TAX_BPS, state: 'TX' });
    const consulting = stripe.createProduct({ at, name: 'Consulting hour' });
    const price = stripe.createPrice({ at, product: consulting.id, unitAmount: 12_000 });
    const fates = many
      ? [...FATES, ...Array.from({ length: MANY_INVOICES - FATES.length }, () => 'paid' as const)]
      : FATES;
    fates.forEach((fate, index) => {
      const madeAt = workingDay(month, 1 + (index % 9), 13) + random.int(0, 3599);
      schedule.at(madeAt, (now) => invoice(context, { at: now, fate, taxRate: rate.id, price }));
    });
  });
}

interface Plan {
  readonly at: number;
  readonly fate: Fate;
  readonly taxRate: string;
  readonly price: { readonly id: string; readonly product: string };
}

function invoice(context: StripeMonth, plan: Plan): void {
  const { stripe, random, schedule } = context;
  const made = stripe.createInvoice({
    at: plan.at,
    customer: context.customer(random.int(1, 10), plan.at),
    lines: [
      { description: 'Consulting hour', quantity: random.int(2, 20), unitAmount: 12_000, price: plan.price },
      { description: 'Materials', unitAmount: random.int(1_000, 30_000), taxRate: plan.taxRate },
    ],
    dueInDays: 14,
  });
  if (plan.fate === 'draft') return;
  schedule.at(plan.at + 600, (at) => {
    stripe.finalizeInvoice({ at, invoice: made.id });
    schedule.at(at + random.int(1, 9) * DAY_SECONDS, (later) => finish(context, made, plan, later));
  });
}

function finish(context: StripeMonth, made: Invoice, { fate, taxRate }: Plan, at: number): void {
  const { stripe, schedule } = context;
  const moment = { at, invoice: made.id };
  const credit = { at, invoice: made.id, description: 'Materials returned', amount: 500, taxRate };
  switch (fate) {
    case 'paid':
      stripe.payInvoice(moment);
      return;
    case 'twoParts':
      stripe.payInvoice({ ...moment, amount: Math.floor(made.amount_remaining / 3) });
      schedule.at(at + 3 * DAY_SECONDS, (later) => stripe.payInvoice({ ...moment, at: later }));
      return;
    case 'outOfBand':
      stripe.payInvoiceOutOfBand(moment);
      return;
    case 'void':
      stripe.voidInvoice(moment);
      return;
    case 'uncollectible':
      stripe.markUncollectible(moment);
      return;
    case 'credited':
      stripe.createCreditNote(credit);
      schedule.at(at + DAY_SECONDS, (later) => stripe.payInvoice({ ...moment, at: later }));
      return;
    case 'creditedAfterPayment': {
      const { charge } = stripe.payInvoice(moment);
      schedule.at(at + DAY_SECONDS, (later) =>
        stripe.createCreditNote({ ...credit, at: later, refundCharge: charge.id }),
      );
      return;
    }
    case 'open':
    case 'draft':
      return;
  }
}
