import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { revokeAll } from './api/grants.ts';
import { SquareRouter } from './api/router.ts';
import { addSubscription, type NewSubscription } from './api/webhook-routes.ts';
import { SquareContext } from './context.ts';
import { advance } from './due.ts';
import { balanceOf } from './ledger.ts';
import type { GiftCard } from './objects/gift-card.ts';
import type { Subscription } from './objects/webhooks.ts';
import type { SquareOptions, SquareSettings } from './settings.ts';
import * as adjustments from './verbs/adjustments.ts';
import * as customers from './verbs/customers.ts';
import * as disputes from './verbs/disputes.ts';
import * as fees from './verbs/fees.ts';
import { newGiftCard } from './verbs/gift-cards.ts';
import * as invoices from './verbs/invoices.ts';
import { momentOf } from './verbs/lookup.ts';
import * as payments from './verbs/payments.ts';
import * as payouts from './verbs/payouts.ts';
import * as refunds from './verbs/refunds.ts';
import * as sales from './verbs/sales.ts';
import { squareWebhooks } from './webhook-source.ts';

type Moment = { readonly at: number };
type Bound<Verb> = Verb extends (context: SquareContext, input: infer Input) => infer Result
  ? (input: Input) => Result
  : never;

/** A verb of one seller: what the clock has brought by its moment happens first. */
function bind<Input extends Moment, Result>(
  context: SquareContext,
  verb: (context: SquareContext, input: Input) => Result,
): (input: Input) => Result {
  return (input) => {
    const at = momentOf(input);
    advance(context, at);
    context.touch(at);
    return verb(context, input);
  };
}

/** One offline Square seller. Its verbs do what customers, sellers, banks and Square do; each takes its moment in Unix seconds. */
export interface SandboxSquare extends SandboxProvider {
  readonly settings: SquareSettings;
  readonly webhooks: WebhookSource;
  /** Direct access to what the seller holds; for oracles and tests. */
  readonly context: SquareContext;
  readonly sale: Bound<typeof sales.sale>;
  readonly createPayment: Bound<typeof payments.createPayment>;
  readonly completePayment: Bound<typeof payments.completePayment>;
  readonly cancelPayment: Bound<typeof payments.cancelPayment>;
  readonly failPayment: Bound<typeof payments.failPayment>;
  readonly feeArrives: Bound<typeof fees.feeArrives>;
  readonly adjustFee: Bound<typeof fees.adjustFee>;
  readonly refund: Bound<typeof refunds.refund>;
  readonly completeRefund: Bound<typeof refunds.completeRefund>;
  readonly failRefund: Bound<typeof refunds.failRefund>;
  readonly openDispute: Bound<typeof disputes.openDispute>;
  readonly answerDispute: Bound<typeof disputes.answerDispute>;
  readonly closeInquiry: Bound<typeof disputes.closeInquiry>;
  readonly escalateInquiry: Bound<typeof disputes.escalateInquiry>;
  readonly winDispute: Bound<typeof disputes.winDispute>;
  readonly loseDispute: Bound<typeof disputes.loseDispute>;
  readonly acceptDispute: Bound<typeof disputes.acceptDispute>;
  readonly payoutDue: Bound<typeof payouts.payoutDue>;
  readonly payoutPaid: Bound<typeof payouts.payoutPaid>;
  readonly payoutFailed: Bound<typeof payouts.payoutFailed>;
  readonly adjust: Bound<typeof adjustments.adjust>;
  readonly createCustomer: Bound<typeof customers.createCustomer>;
  readonly mergeCustomers: Bound<typeof customers.mergeCustomers>;
  readonly payInvoice: Bound<typeof invoices.payInvoice>;
  /** A gift card that waits to be activated. */
  readonly createGiftCard: (input: Moment) => GiftCard;
  readonly subscribe: (input: Moment & NewSubscription) => Subscription;
  /** The seller throws the app out. */
  revokeApp(): void;
  /** Minor units that Square holds now. */
  balance(): number;
}

export function createSquare(doors: SandboxDoors, options: SquareOptions = {}): SandboxSquare {
  const context = new SquareContext(options, doors);
  const router = new SquareRouter(context);
  return {
    name: 'square',
    settings: context.settings,
    context,
    webhooks: squareWebhooks(context),
    fetch: (request) => router.fetch(request),
    snapshot: () => context.state.snapshot(),
    restore: (state) => context.state.restore(state),
    sale: bind(context, sales.sale),
    createPayment: bind(context, payments.createPayment),
    completePayment: bind(context, payments.completePayment),
    cancelPayment: bind(context, payments.cancelPayment),
    failPayment: bind(context, payments.failPayment),
    feeArrives: bind(context, fees.feeArrives),
    adjustFee: bind(context, fees.adjustFee),
    refund: bind(context, refunds.refund),
    completeRefund: bind(context, refunds.completeRefund),
    failRefund: bind(context, refunds.failRefund),
    openDispute: bind(context, disputes.openDispute),
    answerDispute: bind(context, disputes.answerDispute),
    closeInquiry: bind(context, disputes.closeInquiry),
    escalateInquiry: bind(context, disputes.escalateInquiry),
    winDispute: bind(context, disputes.winDispute),
    loseDispute: bind(context, disputes.loseDispute),
    acceptDispute: bind(context, disputes.acceptDispute),
    payoutDue: bind(context, payouts.payoutDue),
    payoutPaid: bind(context, payouts.payoutPaid),
    payoutFailed: bind(context, payouts.payoutFailed),
    adjust: bind(context, adjustments.adjust),
    createCustomer: bind(context, customers.createCustomer),
    mergeCustomers: bind(context, customers.mergeCustomers),
    payInvoice: bind(context, invoices.payInvoice),
    createGiftCard: bind(context, (_context: SquareContext, input: Moment) => newGiftCard(context, momentOf(input))),
    subscribe: bind(context, (_context: SquareContext, input: Moment & NewSubscription) =>
      addSubscription(context, momentOf(input), input),
    ),
    revokeApp: () => revokeAll(context, 'MERCHANT'),
    balance: () => balanceOf(context),
  };
}
