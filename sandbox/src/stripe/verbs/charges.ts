import type { StripeContext } from '../context.ts';
import { chargeFee, convert } from '../fees.ts';
import { addEntry, availableFrom } from '../ledger.ts';
import type { BalanceTransaction } from '../objects/balance-transaction.ts';
import { type BillingDetails, type Charge, type Metadata, newCharge } from '../objects/charge.ts';
import { newCheckoutSession, type SessionItem } from '../objects/checkout-session.ts';
import { newPaymentIntent, type PaymentIntent } from '../objects/payment-intent.ts';
import { newRefund } from '../objects/refund.ts';
import type { FeeRule } from '../settings.ts';

export interface ChargeInput {
  /** Unix seconds. */
  readonly at: number;
  /** Minor units of `currency`, tax included. */
  readonly amount: number;
  readonly currency?: string;
  /** Units of the settlement currency for one unit of `currency`, as decimal text; needed when they differ. */
  readonly exchangeRate?: string;
  readonly customer?: string | null;
  readonly description?: string | null;
  readonly metadata?: Metadata;
  readonly billing?: BillingDetails;
  readonly fee?: FeeRule;
  /** Only this much of the authorised amount is captured; the rest comes back as a partial-capture reversal. */
  readonly captured?: number;
  /** Paid through a checkout session whose items add up to `amount`. */
  readonly checkout?: { readonly items: readonly CheckoutItem[] };
  /** Pays for this intent instead of a new one. */
  readonly paymentIntent?: PaymentIntent;
  readonly declined?: boolean;
}

export interface CheckoutItem {
  readonly description: string;
  readonly quantity: number;
  /** Minor units for all of the quantity, before tax. */
  readonly subtotal: number;
  readonly tax: number;
}

export interface ChargeResult {
  readonly charge: Charge;
  readonly paymentIntent: PaymentIntent;
  readonly balanceTransaction: BalanceTransaction | null;
}

/** A card payment from intent to balance. */
export function charge(context: StripeContext, input: ChargeInput): ChargeResult {
  const intent = input.paymentIntent ?? createIntent(context, input);
  const made = createCharge(context, input, intent);
  intent.latest_charge = made.id;
  intent.payment_method = made.payment_method;
  if (input.declined) {
    context.emit('charge.failed', input.at, made);
    return { charge: made, paymentIntent: intent, balanceTransaction: null };
  }
  const entry = settle(context, input, made);
  intent.status = 'succeeded';
  intent.amount_received = made.amount_captured;
  context.emit('charge.succeeded', input.at, made);
  context.emit('payment_intent.succeeded', input.at, intent);
  if (input.checkout) completeSession(context, input, input.checkout.items, intent);
  return { charge: made, paymentIntent: intent, balanceTransaction: entry };
}

export function createIntent(context: StripeContext, input: ChargeInput): PaymentIntent {
  const intent = newPaymentIntent({
    id: context.state.newId('paymentIntents'),
    created: input.at,
    amount: input.amount,
    currency: input.currency ?? context.settings.currency,
    customer: input.customer ?? null,
    description: input.description ?? null,
    metadata: input.metadata ?? {},
    receiptEmail: input.billing?.email ?? null,
  });
  context.state.tables.paymentIntents.add(intent);
  context.emit('payment_intent.created', input.at, intent);
  return intent;
}

function createCharge(context: StripeContext, input: ChargeInput, intent: PaymentIntent): Charge {
  const number = context.state.nextNumber('cards');
  return context.state.tables.charges.add(
    newCharge({
      id: context.state.newId('charges'),
      created: input.at,
      amount: input.amount,
      currency: input.currency ?? context.settings.currency,
      customer: input.customer ?? null,
      paymentIntent: intent.id,
      paymentMethod: context.state.newId('paymentMethods'),
      description: input.description ?? null,
      metadata: input.metadata ?? {},
      billing: input.billing ?? { name: null, email: null },
      last4: String(number % 10_000).padStart(4, '0'),
      status: input.declined ? 'failed' : 'succeeded',
    }),
  );
}

/** What an amount of a charge is worth in the account's currency. */
function inSettlement(
  context: StripeContext,
  input: ChargeInput,
  amount: number,
): { amount: number; rate: number | null } {
  const currency = input.currency ?? context.settings.currency;
  if (currency === context.settings.currency) return { amount, rate: null };
  if (input.exchangeRate === undefined) throw new Error(`a charge in ${currency} needs an exchange rate`);
  return { amount: convert(amount, input.exchangeRate), rate: Number(input.exchangeRate) };
}

function settle(context: StripeContext, input: ChargeInput, made: Charge): BalanceTransaction {
  const { currency } = context.settings;
  const settled = inSettlement(context, input, made.amount);
  const entry = addEntry(context, {
    at: input.at,
    type: 'charge',
    category: 'charge',
    amount: settled.amount,
    currency,
    fees: chargeFee(settled.amount, currency, input.fee ?? context.settings.fee),
    source: made.id,
    description: made.description,
    exchangeRate: settled.rate,
    availableOn: availableFrom(context, input.at),
  });
  made.balance_transaction = entry.id;
  if (input.captured !== undefined && input.captured < made.amount) reverseUncaptured(context, input, made);
  return entry;
}

/** The uncaptured part leaves the balance again as a refund row of its own category. */
function reverseUncaptured(context: StripeContext, input: ChargeInput, made: Charge): void {
  const uncaptured = made.amount - (input.captured ?? made.amount);
  made.amount_captured = made.amount - uncaptured;
  made.amount_refunded = uncaptured;
  const refund = newRefund({
    id: context.state.newId('refunds'),
    created: input.at,
    amount: uncaptured,
    charge: made,
    reason: null,
    metadata: {},
  });
  context.state.tables.refunds.add(refund);
  const settled = inSettlement(context, input, uncaptured);
  refund.balance_transaction = addEntry(context, {
    at: input.at,
    type: 'refund',
    category: 'partial_capture_reversal',
    amount: -settled.amount,
    currency: context.settings.currency,
    source: refund.id,
    description: 'Partial capture reversal',
    exchangeRate: settled.rate,
    availableOn: availableFrom(context, input.at),
  }).id;
}

function completeSession(
  context: StripeContext,
  input: ChargeInput,
  items: readonly CheckoutItem[],
  intent: PaymentIntent,
): void {
  const session = newCheckoutSession({
    id: context.state.newId('checkoutSessions'),
    created: input.at,
    currency: intent.currency,
    customer: intent.customer,
    billing: input.billing ?? { name: null, email: null },
    paymentIntent: intent.id,
    items: items.map((item) => sessionItem(context, item, intent.currency)),
    metadata: input.metadata ?? {},
  });
  if (session.amount_total !== intent.amount)
    throw new Error('the items of a checkout session must add up to the charge');
  context.state.tables.checkoutSessions.add(session);
  context.emit('checkout.session.completed', input.at, session);
}

function sessionItem(context: StripeContext, item: CheckoutItem, currency: string): SessionItem {
  return {
    id: context.state.newId('sessionItems'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: item.subtotal,
    amount_tax: item.tax,
    amount_total: item.subtotal + item.tax,
    currency,
    description: item.description,
    metadata: {},
    price: null,
    quantity: item.quantity,
  };
}
