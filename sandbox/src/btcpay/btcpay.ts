import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { answerBtcpay } from './api/router.ts';
import { BtcpayContext } from './context.ts';
import type { Invoice, Payment } from './invoice.ts';
import { type CreateInvoiceInput, createInvoice } from './new-invoice.ts';
import * as payouts from './payouts.ts';
import { type BtcpayOptions, type BtcpaySettings, btcpaySettings } from './settings.ts';
import type { StorePayout } from './state.ts';
import * as verbs from './verbs.ts';
import { btcpayWebhooks } from './webhook-source.ts';

/** One offline BTCPay Server. Its verbs do what customers, the chain, people and time do; each takes its moment in Unix seconds. */
export interface SandboxBtcpay extends SandboxProvider {
  readonly settings: BtcpaySettings;
  readonly webhooks: WebhookSource;
  /** Direct access to what the server holds; for oracles and tests. */
  readonly context: BtcpayContext;
  createInvoice(input: CreateInvoiceInput): Invoice;
  pay(input: verbs.PayInput): Payment;
  confirmPayment(input: verbs.PaymentMoment): Payment;
  replacePayment(input: verbs.PaymentMoment): Payment;
  markInvoice(input: verbs.MarkInput): Invoice;
  /** Lets time pass: invoices expire and monitoring ends. */
  advance(at: number): void;
  createPayout(input: payouts.CreatePayoutInput): StorePayout;
  approvePayout(input: payouts.ApprovePayoutInput): StorePayout;
  completePayout(input: payouts.PayoutMoment): StorePayout;
  cancelPayout(input: payouts.PayoutMoment): StorePayout;
  /** The price of one bitcoin for invoices made from now on, as decimal text. */
  setRate(currency: string, rate: string): void;
}

export function createBtcpay(doors: SandboxDoors, options: BtcpayOptions = {}): SandboxBtcpay {
  const context = new BtcpayContext(btcpaySettings(options), doors);
  return {
    name: 'btcpay',
    settings: context.settings,
    context,
    webhooks: btcpayWebhooks(context),
    fetch: (request) => answerBtcpay(context, request),
    snapshot: () => context.state.snapshot(),
    restore: (state) => context.state.restore(state),
    createInvoice: (input) => createInvoice(context, input),
    pay: (input) => verbs.pay(context, input),
    confirmPayment: (input) => verbs.confirmPayment(context, input),
    replacePayment: (input) => verbs.replacePayment(context, input),
    markInvoice: (input) => verbs.markInvoice(context, input),
    advance: (at) => verbs.advanceTo(context, at),
    createPayout: (input) => payouts.createPayout(context, input),
    approvePayout: (input) => payouts.approvePayout(context, input),
    completePayout: (input) => payouts.completePayout(context, input),
    cancelPayout: (input) => payouts.cancelPayout(context, input),
    setRate: (currency, rate) => {
      context.rates[currency] = rate;
    },
  };
}
