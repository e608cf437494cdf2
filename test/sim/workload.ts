import { shareOfPrice } from '../../sandbox/src/index.ts';
import type { Chance } from './core/chance.ts';
import type { Time } from './core/time.ts';
import type { Sometimes } from './goals.ts';
import type { Tenant } from './world/tenant.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface WorkloadDoors {
  readonly time: Pick<Time, 'now' | 'after'>;
  readonly chance: Chance;
  readonly sometimes: Sometimes;
  /** End of the time in which business begins. */
  readonly until: number;
}

/** Fills a tenant's time with business at its sources; every follow-up is planned when its original has happened. */
export function planBusiness(doors: WorkloadDoors, tenant: Tenant): void {
  const { time, chance, until } = doors;
  const { sources, business } = tenant.plan;
  for (const source of sources)
    for (let event = 0; event < business; event += 1) {
      const delay = chance.between(MINUTE, until - time.now() - HOUR);
      time.after(delay, () => (source === 'stripe' ? stripeEvent(doors, tenant) : btcpayEvent(doors, tenant)));
    }
  if (sources.includes('stripe')) planPayouts(doors, tenant);
}

/** Unix seconds. */
function at({ time }: WorkloadDoors): number {
  return Math.floor(time.now() / 1_000);
}

function amount(chance: Chance): number {
  return chance.pick([chance.between(50, 99_999), chance.between(100, 5_000), chance.pick([50, 100, 9_999_999])]);
}

type StripePlay = (doors: WorkloadDoors, tenant: Tenant) => void;

const STRIPE_PLAYS: readonly (readonly [number, StripePlay])[] = [
  [5, plainSale],
  [3, taxedSale],
  [3, invoiceSale],
  [1, (doors, { sandbox }) => sandbox.stripe.accountFee({ at: at(doors), amount: doors.chance.between(1, 900) })],
  [1, reserve],
];

function stripeEvent(doors: WorkloadDoors, tenant: Tenant): void {
  weighted(doors.chance, STRIPE_PLAYS)(doors, tenant);
}

function weighted<T>(chance: Chance, choices: readonly (readonly [number, T])[]): T {
  let draw = chance.fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, choice] of choices) {
    draw -= weight;
    if (draw < 0) return choice;
  }
  return choices[0]![1];
}

function plainSale(doors: WorkloadDoors, tenant: Tenant): void {
  const { charge } = tenant.sandbox.stripe.charge({ at: at(doors), amount: amount(doors.chance) });
  followUp(doors, tenant, charge.id);
}

function taxedSale(doors: WorkloadDoors, tenant: Tenant): void {
  const { chance } = doors;
  const items = Array.from({ length: chance.between(1, 3) }, (_, index) => {
    const subtotal = chance.between(100, 9_999);
    return { description: `Thing ${index}`, quantity: 1, subtotal, tax: Math.floor(subtotal / 12) };
  });
  const total = items.reduce((sum, item) => sum + item.subtotal + item.tax, 0);
  const { charge } = tenant.sandbox.stripe.charge({ at: at(doors), amount: total, checkout: { items } });
  followUp(doors, tenant, charge.id);
}

function invoiceSale(doors: WorkloadDoors, tenant: Tenant): void {
  const { chance, time, sometimes } = doors;
  const { stripe } = tenant.sandbox;
  const customer = stripe.createCustomer({ at: at(doors), name: `Customer ${chance.between(1, 9_999)}` });
  const lines = [{ description: 'Hours', quantity: chance.between(1, 5), unitAmount: chance.between(500, 20_000) }];
  const draft = stripe.createInvoice({ at: at(doors), customer: customer.id, lines });
  stripe.finalizeInvoice({ at: at(doors), invoice: draft.id });
  time.after(chance.between(0, 3 * HOUR), () => {
    const { charge } = stripe.payInvoice({ at: at(doors), invoice: draft.id });
    if (tenant.plan.settings.mode === 'invoicing') sometimes.note('an invoice is paid through a ledger invoice');
    followUp(doors, tenant, charge.id);
  });
}

function reserve(doors: WorkloadDoors, { sandbox }: Tenant): void {
  const held = doors.chance.between(100, 900);
  sandbox.stripe.holdReserve({ at: at(doors), amount: held });
  doors.time.after(2 * HOUR, () => sandbox.stripe.releaseReserve({ at: at(doors), amount: held }));
}

/** What may become of a charge afterwards. */
function followUp(doors: WorkloadDoors, tenant: Tenant, charge: string): void {
  const { chance, time } = doors;
  const later = () => chance.between(MINUTE, 6 * HOUR);
  const draw = chance.fraction();
  if (draw < 0.3) time.after(later(), () => giveBack(doors, tenant, charge));
  else if (draw < 0.45) time.after(later(), () => dispute(doors, tenant, charge));
}

function giveBack(doors: WorkloadDoors, tenant: Tenant, id: string): void {
  const { chance, time, sometimes } = doors;
  const { stripe } = tenant.sandbox;
  const charge = stripe.context.state.tables.charges.get(id)!;
  const left = charge.amount - charge.amount_refunded;
  if (left <= 0) return;
  const part = chance.happens(0.6) ? chance.between(1, left) : left;
  const refund = stripe.refund({ at: at(doors), charge: id, amount: part });
  if (part < left && chance.happens(0.4)) time.after(HOUR, () => giveBack(doors, tenant, id));
  if (!chance.happens(0.2)) return;
  time.after(chance.between(MINUTE, 4 * HOUR), () => {
    stripe.failRefund({ at: at(doors), refund: refund.id });
    sometimes.note('a refund fails');
  });
}

function dispute(doors: WorkloadDoors, tenant: Tenant, charge: string): void {
  const { chance, time, sometimes } = doors;
  const { stripe } = tenant.sandbox;
  const opened = stripe.openDispute({ at: at(doors), charge });
  const draw = chance.fraction();
  if (draw < 0.4)
    time.after(chance.between(HOUR, 8 * HOUR), () => {
      stripe.loseDispute({ at: at(doors), dispute: opened.id });
      sometimes.note('a dispute is lost');
    });
  else if (draw < 0.8)
    time.after(chance.between(HOUR, 8 * HOUR), () => {
      stripe.winDispute({ at: at(doors), dispute: opened.id, feeReturned: chance.happens(0.5) });
      sometimes.note('a dispute is won');
    });
}

function planPayouts(doors: WorkloadDoors, { sandbox: { stripe } }: Tenant): void {
  const { time, chance, sometimes, until } = doors;
  const every = chance.between(6, 18) * HOUR;
  for (let when = every; when < until - time.now() - HOUR; when += every)
    time.after(when, () => {
      stripe.advancePayouts(at(doors));
      const payout = stripe.payoutDue({ at: at(doors) });
      // What it is made of is known when it has left for the bank.
      time.after(2 * HOUR, () => stripe.advancePayouts(at(doors)));
      if (payout === null || payout.amount <= 0 || !chance.happens(0.2)) return;
      time.after(chance.between(MINUTE, 5 * HOUR), () => {
        stripe.advancePayouts(at(doors));
        stripe.failPayout({ at: at(doors), payout: payout.id });
        sometimes.note('a payout fails after it was paid');
      });
    });
}

/** One BTCPay invoice, with whatever its customer does. */
function btcpayEvent(doors: WorkloadDoors, tenant: Tenant): void {
  const { chance, time, sometimes } = doors;
  const { btcpay } = tenant.sandbox;
  const cents = chance.between(300, 60_000);
  const invoice = btcpay.createInvoice({
    at: at(doors),
    storeId: btcpay.settings.stores[0]!.id,
    amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    currency: 'USD',
    metadata: { itemDesc: 'Order' },
  });
  const share = weighted(chance, [
    [6, 100],
    [1, chance.between(20, 95)],
    [1, chance.between(103, 140)],
  ]);
  const isLate = chance.happens(0.12);
  if (share < 100) sometimes.note('a Bitcoin invoice is paid in part');
  if (share > 100) sometimes.note('a Bitcoin invoice is paid too much');
  if (isLate) sometimes.note('a Bitcoin payment comes late');
  const isSplit = share === 100 && chance.happens(0.25);
  const how = { invoice: invoice.id, wait: isLate ? 2 * HOUR : chance.between(20_000, 10 * MINUTE) };
  if (isSplit) {
    pay(doors, tenant, { ...how, share: chance.between(20, 80) });
    pay(doors, tenant, { ...how, share: null, wait: how.wait + MINUTE });
  } else pay(doors, tenant, { ...how, share: share === 100 ? null : share, mayBeReplaced: !isLate });
  if (share < 100 && chance.happens(0.5)) markByHand(doors, tenant, invoice.id);
  // Time at the server: invoices expire.
  for (const wait of [16 * MINUTE, 3 * HOUR]) time.after(wait, () => btcpay.advance(at(doors)));
}

/** A person settles what was paid in part, takes it back later, and sometimes thinks better of that. */
function markByHand(doors: WorkloadDoors, { sandbox: { btcpay } }: Tenant, invoice: string): void {
  const { time, chance, sometimes } = doors;
  const mark = (to: 'Settled' | 'Invalid', from: 'Expired' | 'Settled' | 'Invalid') => {
    btcpay.advance(at(doors));
    const { status, payments } = btcpay.context.state.invoices.get(invoice)!;
    const isSettled = payments.length > 0 && payments.every((payment) => payment.status === 'Settled');
    if (!isSettled || status !== from) return;
    btcpay.markInvoice({ at: at(doors), invoice, to });
    if (from === 'Invalid') sometimes.note('money that was taken back counts again');
  };
  time.after(3 * HOUR, () => mark('Settled', 'Expired'));
  if (!chance.happens(0.6)) return;
  const undone = chance.between(4, 5) * HOUR;
  time.after(undone, () => mark('Invalid', 'Settled'));
  if (chance.happens(0.6)) time.after(undone + chance.between(MINUTE, 2 * HOUR), () => mark('Settled', 'Invalid'));
}

interface Pay {
  readonly invoice: string;
  readonly wait: number;
  /** Percent of the price on chain; null pays what is left. */
  readonly share: number | null;
  readonly mayBeReplaced?: boolean;
}

function pay(doors: WorkloadDoors, { sandbox: { btcpay } }: Tenant, plan: Pay): void {
  const { chance, time, sometimes } = doors;
  const method = plan.share === null && chance.happens(0.4) ? ('BTC-LN' as const) : undefined;
  time.after(plan.wait, () => {
    btcpay.advance(at(doors));
    // The first of two payments may have been enough, and a customer who owes nothing pays nothing.
    if (plan.share === null && isPaid(btcpay, plan.invoice)) return;
    const value =
      plan.share === null
        ? undefined
        : shareOfPrice(btcpay.context.state.invoices.get(plan.invoice)!, 'BTC-CHAIN', plan.share);
    const payment = btcpay.pay({
      at: at(doors),
      invoice: plan.invoice,
      ...(method ? { method } : {}),
      ...(value ? { value } : {}),
    });
    if (payment.status !== 'Processing') return;
    const moment = { invoice: plan.invoice, payment: payment.id };
    if (plan.mayBeReplaced && chance.happens(0.08)) {
      sometimes.note('a Bitcoin payment is replaced');
      time.after(MINUTE, () => btcpay.replacePayment({ at: at(doors), ...moment }));
    } else time.after(chance.between(MINUTE, HOUR), () => btcpay.confirmPayment({ at: at(doors), ...moment }));
  });
}

function isPaid(btcpay: Tenant['sandbox']['btcpay'], id: string): boolean {
  const { status, additionalStatus } = btcpay.context.state.invoices.get(id)!;
  return (
    status === 'Settled' || additionalStatus === 'PaidOver' || (status === 'Processing' && additionalStatus === 'None')
  );
}
