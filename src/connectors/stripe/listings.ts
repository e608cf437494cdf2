import { fieldOf, type JsonObject, type RecordRef, textOf } from '../sdk/index.ts';
import { OPERATIONS } from './api.ts';
import { idOf } from './json-fields.ts';
import type { Listing } from './listing.ts';

const none = (): readonly RecordRef[] => [];

export const invoices: Listing = {
  name: 'invoices',
  description: 'Invoices with their lines and taxes',
  list: OPERATIONS.invoices,
  get: OPERATIONS.invoice,
  expand: [],
  aliases: () => [],
  // A draft counts as settled: it means nothing yet, an event tells when it is finalised, and it may be deleted unseen.
  isSettled: (row) => textOf(row, 'status') !== 'open',
  follow: none,
  isWhole: (row) => fieldOf(fieldOf(row, 'lines'), 'has_more') !== true,
  isAnchor: (row) => textOf(row, 'status') !== 'draft',
};

export const invoicePayments: Listing = {
  name: 'invoice_payments',
  description: 'Which payment paid which invoice',
  list: OPERATIONS.invoicePayments,
  get: OPERATIONS.invoicePayment,
  // The invoice travels inside, so that a charge finds its tax in one step.
  expand: ['invoice'],
  aliases: (row) => {
    const payment = fieldOf(row, 'payment');
    return [idOf(payment, 'payment_intent'), idOf(payment, 'charge')];
  },
  isSettled: (row) => textOf(row, 'status') !== 'open',
  follow: none,
};

export const checkoutSessions: Listing = {
  name: 'checkout_sessions',
  description: 'Checkout sessions: tax, discount and shipping of payments without an invoice',
  list: OPERATIONS.sessions,
  get: OPERATIONS.session,
  expand: [],
  aliases: (row) => [idOf(row, 'payment_intent')],
  isSettled: isSessionOver,
  follow: none,
  // Whoever has these can act as the customer.
  drop: ['client_secret', 'url'],
};

function isSessionOver(row: JsonObject): boolean {
  const status = textOf(row, 'status');
  return status === 'expired' || (status === 'complete' && textOf(row, 'payment_status') !== 'unpaid');
}

export const payouts: Listing = {
  name: 'payouts',
  description: 'Payouts and whether they arrived',
  list: OPERATIONS.payouts,
  get: OPERATIONS.payout,
  expand: [],
  aliases: () => [],
  isSettled: isPayoutFinal,
  follow: (row) => (isItemised(row) ? [{ stream: 'payout_items', externalId: textOf(row, 'id') ?? '' }] : []),
};

function isPayoutFinal(row: JsonObject): boolean {
  const status = textOf(row, 'status');
  if (status === 'failed' || status === 'canceled') return true;
  return status === 'paid' && (row.automatic !== true || textOf(row, 'reconciliation_status') !== 'in_progress');
}

function isItemised(row: JsonObject): boolean {
  return row.automatic === true && textOf(row, 'reconciliation_status') === 'completed';
}

export const balanceTransactions: Listing = {
  name: 'balance_transactions',
  description: 'Every movement of the Stripe balance: what is booked',
  list: OPERATIONS.balanceTransactions,
  get: OPERATIONS.balanceTransaction,
  expand: ['source'],
  aliases: () => [],
  // Only `status` and `available_on` ever change, and nothing depends on them.
  isSettled: () => true,
  follow: none,
};

const DISPUTE_ENDS = new Set(['won', 'lost', 'warning_closed', 'prevented']);

export const disputes: Listing = {
  name: 'disputes',
  description: 'Disputes and how they ended',
  list: OPERATIONS.disputes,
  get: OPERATIONS.dispute,
  expand: [],
  aliases: () => [],
  isSettled: (row) => DISPUTE_ENDS.has(textOf(row, 'status') ?? ''),
  follow: none,
};
