import type { StripeContext } from '../context.ts';
import type { BalanceTransaction } from '../objects/balance-transaction.ts';
import type { Charge } from '../objects/charge.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Dispute } from '../objects/dispute.ts';
import type { PaymentIntent } from '../objects/payment-intent.ts';
import type { Payout } from '../objects/payout.ts';
import type { Refund } from '../objects/refund.ts';
import { type Rendered, renderObject } from '../render.ts';
import { refund } from '../verbs/refunds.ts';
import { accountRoutes } from './account-routes.ts';
import { refused, resourceMissing } from './errors.ts';
import { LIST_PARAMS, listItems, listRows } from './lists.ts';
import type { Params } from './params.ts';
import { every, readable, same, within } from './reading.ts';
import type { Call, Route } from './route.ts';

function keepTransaction(params: Params, context: StripeContext): (row: BalanceTransaction) => boolean {
  const payout = params.text('payout');
  if (payout !== undefined && !context.state.tables.payouts.get(payout)) {
    throw resourceMissing('payout', payout, { param: 'payout', status: 400 });
  }
  if (payout !== undefined && context.state.tables.payouts.get(payout)?.automatic === false) {
    throw refused('Balance transaction history can only be filtered on automatic transfers, not manual.');
  }
  return every<BalanceTransaction>(
    within(params, 'created', (row) => row.created),
    same(params, 'currency', (row) => row.currency),
    same(params, 'source', (row) => row.source),
    same(params, 'type', (row) => row.type),
    (row) => payout === undefined || context.state.payoutOf.get(row.id) === payout,
  );
}

function createRefund({ context, params, now }: Call): Rendered {
  const intent = params.text('payment_intent');
  const id = params.text('charge') ?? context.state.tables.paymentIntents.get(intent ?? '')?.latest_charge ?? '';
  const charge = context.state.tables.charges.get(id);
  if (!charge) throw resourceMissing('charge', id || (intent ?? ''), { param: 'charge', status: 400 });
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) throw refused(`Charge ${id} has already been refunded.`, 'charge_already_refunded');
  const amount = params.integer('amount') ?? left;
  if (amount < 1 || amount > left)
    throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
  const made = refund(context, {
    at: now,
    charge: id,
    amount,
    reason: params.text('reason') ?? null,
    metadata: params.map('metadata'),
  });
  return renderObject(context.state, made, now);
}

function refundsOfCharge({ context, params, id }: Call): Rendered {
  const { charges, refunds } = context.state.tables;
  if (!charges.get(id)) throw resourceMissing('charge', id, { param: 'charge', status: 404 });
  return listRows(context, refunds, params, { url: `/v1/charges/${id}/refunds`, keep: (row) => row.charge === id });
}

function sessionItems({ context, params, id }: Call): Rendered {
  const session = context.state.tables.checkoutSessions.get(id);
  if (!session) throw resourceMissing('checkout.session', id, { param: 'session', status: 404 });
  return listItems(session.items, params, `/v1/checkout/sessions/${id}/line_items`);
}

/** Reading where the money is and what moved it; refunds can also be made. */
export const moneyRoutes: readonly Route[] = [
  ...accountRoutes,
  ...readable<BalanceTransaction>({
    path: 'balance_transactions',
    noun: 'balance transaction',
    filters: ['created', 'currency', 'payout', 'source', 'type'],
    table: ({ state }) => state.tables.balanceTransactions,
    keep: keepTransaction,
  }),
  ...readable<Charge>({
    path: 'charges',
    noun: 'charge',
    filters: ['created', 'customer', 'payment_intent', 'transfer_group'],
    table: ({ state }) => state.tables.charges,
    keep: (params) =>
      every<Charge>(
        within(params, 'created', (row) => row.created),
        same(params, 'customer', (row) => row.customer),
        same(params, 'payment_intent', (row) => row.payment_intent),
        same(params, 'transfer_group', (row) => row.transfer_group),
      ),
  }),
  ...readable<Refund>({
    path: 'refunds',
    noun: 'refund',
    filters: ['charge', 'created', 'payment_intent'],
    table: ({ state }) => state.tables.refunds,
    keep: (params) =>
      every<Refund>(
        within(params, 'created', (row) => row.created),
        same(params, 'charge', (row) => row.charge),
        same(params, 'payment_intent', (row) => row.payment_intent),
      ),
  }),
  {
    method: 'POST',
    path: '/v1/refunds',
    resource: 'refunds',
    params: ['charge', 'payment_intent', 'amount', 'reason', 'metadata', 'expand'],
    answer: createRefund,
  },
  ...readable<Dispute>({
    path: 'disputes',
    noun: 'dispute',
    filters: ['charge', 'created', 'payment_intent'],
    table: ({ state }) => state.tables.disputes,
    keep: (params) =>
      every<Dispute>(
        within(params, 'created', (row) => row.created),
        same(params, 'charge', (row) => row.charge),
        same(params, 'payment_intent', (row) => row.payment_intent),
      ),
  }),
  ...readable<Payout>({
    path: 'payouts',
    noun: 'payout',
    filters: ['arrival_date', 'created', 'destination', 'status'],
    table: ({ state }) => state.tables.payouts,
    keep: (params) =>
      every<Payout>(
        within(params, 'arrival_date', (row) => row.arrival_date),
        within(params, 'created', (row) => row.created),
        same(params, 'destination', (row) => row.destination),
        same(params, 'status', (row) => row.status),
      ),
  }),
  ...readable<PaymentIntent>({
    path: 'payment_intents',
    noun: 'payment_intent',
    filters: ['created', 'customer', 'customer_account'],
    table: ({ state }) => state.tables.paymentIntents,
    keep: (params) =>
      every<PaymentIntent>(
        within(params, 'created', (row) => row.created),
        same(params, 'customer', (row) => row.customer),
        same(params, 'customer_account', (row) => row.customer_account),
      ),
  }),
  ...readable<CheckoutSession>({
    path: 'checkout/sessions',
    resource: 'checkout_sessions',
    noun: 'checkout.session',
    filters: ['created', 'customer', 'payment_intent', 'status', 'subscription', 'payment_link'],
    table: ({ state }) => state.tables.checkoutSessions,
    keep: (params) =>
      every<CheckoutSession>(
        within(params, 'created', (row) => row.created),
        same(params, 'customer', (row) => row.customer),
        same(params, 'payment_intent', (row) => row.payment_intent),
        same(params, 'status', (row) => row.status),
        same(params, 'subscription', (row) => row.subscription),
        same(params, 'payment_link', (row) => row.payment_link),
      ),
  }),
  {
    method: 'GET',
    path: '/v1/checkout/sessions/{id}/line_items',
    resource: 'checkout_sessions',
    params: LIST_PARAMS,
    answer: sessionItems,
  },
  {
    method: 'GET',
    path: '/v1/charges/{id}/refunds',
    resource: 'refunds',
    params: LIST_PARAMS,
    answer: refundsOfCharge,
  },
];
