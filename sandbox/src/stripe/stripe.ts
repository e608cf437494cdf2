import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { StripeRouter } from './api/router.ts';
import { StripeContext } from './context.ts';
import { type Balances, balanceOf } from './ledger.ts';
import { newWebhookEndpoint, type WebhookEndpoint } from './objects/webhook-endpoint.ts';
import { type StripeOptions, type StripeSettings, stripeSettings } from './settings.ts';
import * as adjustments from './verbs/adjustments.ts';
import * as charges from './verbs/charges.ts';
import * as creditNotes from './verbs/credit-notes.ts';
import * as customers from './verbs/customers.ts';
import * as disputes from './verbs/disputes.ts';
import * as drafts from './verbs/invoice-drafts.ts';
import * as invoices from './verbs/invoices.ts';
import * as payouts from './verbs/payouts.ts';
import * as refunds from './verbs/refunds.ts';
import { stripeWebhooks } from './webhook-source.ts';

type Bound<Verb> = Verb extends (context: StripeContext, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

function bind<Input extends unknown[], Result>(
  context: StripeContext,
  verb: (context: StripeContext, ...rest: Input) => Result,
): (...rest: Input) => Result {
  return (...rest) => verb(context, ...rest);
}

export interface RegisterEndpointInput {
  readonly at: number;
  readonly url: string;
  readonly enabledEvents: readonly string[];
  readonly secret?: string;
  readonly payload?: 'snapshot' | 'thin';
}

/** One offline Stripe account. Its verbs do what customers, banks and Stripe itself do; each takes its moment in Unix seconds. */
export interface SandboxStripe extends SandboxProvider {
  readonly settings: StripeSettings;
  readonly webhooks: WebhookSource;
  /** Direct access to what the account holds; for oracles and tests. */
  readonly context: StripeContext;
  readonly createCustomer: Bound<typeof customers.createCustomer>;
  readonly createProduct: Bound<typeof customers.createProduct>;
  readonly createPrice: Bound<typeof customers.createPrice>;
  readonly createTaxRate: Bound<typeof customers.createTaxRate>;
  readonly charge: Bound<typeof charges.charge>;
  readonly refund: Bound<typeof refunds.refund>;
  readonly failRefund: Bound<typeof refunds.failRefund>;
  readonly openDispute: Bound<typeof disputes.openDispute>;
  readonly answerDispute: Bound<typeof disputes.answerDispute>;
  readonly winDispute: Bound<typeof disputes.winDispute>;
  readonly loseDispute: Bound<typeof disputes.loseDispute>;
  readonly closeWarning: Bound<typeof disputes.closeWarning>;
  readonly createInvoice: Bound<typeof drafts.createInvoice>;
  readonly finalizeInvoice: Bound<typeof invoices.finalizeInvoice>;
  readonly payInvoice: Bound<typeof invoices.payInvoice>;
  readonly payInvoiceOutOfBand: Bound<typeof invoices.payInvoiceOutOfBand>;
  readonly voidInvoice: Bound<typeof invoices.voidInvoice>;
  readonly markUncollectible: Bound<typeof invoices.markUncollectible>;
  readonly createCreditNote: Bound<typeof creditNotes.createCreditNote>;
  readonly voidCreditNote: Bound<typeof creditNotes.voidCreditNote>;
  readonly payoutDue: Bound<typeof payouts.payoutDue>;
  readonly manualPayout: Bound<typeof payouts.manualPayout>;
  readonly advancePayouts: Bound<typeof payouts.advancePayouts>;
  readonly failPayout: Bound<typeof payouts.failPayout>;
  readonly cancelPayout: Bound<typeof payouts.cancelPayout>;
  readonly accountFee: Bound<typeof adjustments.accountFee>;
  readonly feeCredit: Bound<typeof adjustments.feeCredit>;
  readonly taxFee: Bound<typeof adjustments.taxFee>;
  readonly networkCost: Bound<typeof adjustments.networkCost>;
  readonly holdReserve: Bound<typeof adjustments.holdReserve>;
  readonly releaseReserve: Bound<typeof adjustments.releaseReserve>;
  readonly adjust: Bound<typeof adjustments.adjust>;
  registerEndpoint(input: RegisterEndpointInput): WebhookEndpoint;
  /** Minor units of the payments balance at that second. */
  balanceAt(currency: string, at: number): Balances;
}

function registerEndpoint(context: StripeContext, input: RegisterEndpointInput): WebhookEndpoint {
  return context.state.tables.webhookEndpoints.add(
    newWebhookEndpoint({
      id: context.state.newId('webhookEndpoints'),
      created: input.at,
      url: input.url,
      enabledEvents: input.enabledEvents,
      description: null,
      metadata: {},
      secret: input.secret ?? context.state.newId('webhookSecrets'),
      payload: input.payload ?? 'snapshot',
    }),
  );
}

export function createStripe(doors: SandboxDoors, options: StripeOptions = {}): SandboxStripe {
  const context = new StripeContext(stripeSettings(options), doors);
  const router = new StripeRouter(context);
  return {
    name: 'stripe',
    settings: context.settings,
    context,
    webhooks: stripeWebhooks(context),
    fetch: (request) => router.fetch(request),
    snapshot: () => context.state.snapshot(),
    restore: (state) => context.state.restore(state),
    createCustomer: bind(context, customers.createCustomer),
    createProduct: bind(context, customers.createProduct),
    createPrice: bind(context, customers.createPrice),
    createTaxRate: bind(context, customers.createTaxRate),
    charge: bind(context, charges.charge),
    refund: bind(context, refunds.refund),
    failRefund: bind(context, refunds.failRefund),
    openDispute: bind(context, disputes.openDispute),
    answerDispute: bind(context, disputes.answerDispute),
    winDispute: bind(context, disputes.winDispute),
    loseDispute: bind(context, disputes.loseDispute),
    closeWarning: bind(context, disputes.closeWarning),
    createInvoice: bind(context, drafts.createInvoice),
    finalizeInvoice: bind(context, invoices.finalizeInvoice),
    payInvoice: bind(context, invoices.payInvoice),
    payInvoiceOutOfBand: bind(context, invoices.payInvoiceOutOfBand),
    voidInvoice: bind(context, invoices.voidInvoice),
    markUncollectible: bind(context, invoices.markUncollectible),
    createCreditNote: bind(context, creditNotes.createCreditNote),
    voidCreditNote: bind(context, creditNotes.voidCreditNote),
    payoutDue: bind(context, payouts.payoutDue),
    manualPayout: bind(context, payouts.manualPayout),
    advancePayouts: bind(context, payouts.advancePayouts),
    failPayout: bind(context, payouts.failPayout),
    cancelPayout: bind(context, payouts.cancelPayout),
    accountFee: bind(context, adjustments.accountFee),
    feeCredit: bind(context, adjustments.feeCredit),
    taxFee: bind(context, adjustments.taxFee),
    networkCost: bind(context, adjustments.networkCost),
    holdReserve: bind(context, adjustments.holdReserve),
    releaseReserve: bind(context, adjustments.releaseReserve),
    adjust: bind(context, adjustments.adjust),
    registerEndpoint: (input) => registerEndpoint(context, input),
    balanceAt: (currency, at) => balanceOf(context, currency, at),
  };
}
