import type { SquareContext } from '../context.ts';
import type { Fields } from '../objects/kept.ts';
import type { Payment, SourceKind } from '../objects/payment.ts';
import { renderPayment } from '../render.ts';
import { cancelPayment, completePayment, createPayment } from '../verbs/payments.ts';
import { declined, invalid, missing, versionMismatch } from './errors.ts';
import { findRow, locationOf } from './finding.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';
import { WINDOW_FIELDS, windowOf } from './windows.ts';

interface Source {
  readonly source: SourceKind;
  readonly declined?: string;
  readonly giftCard?: string;
}

/** The test sources of Square's sandbox, and what they pay with. */
const SOURCES: Readonly<Record<string, Source>> = {
  'cnon:card-nonce-ok': { source: 'card' },
  'cnon:card-nonce-declined': { source: 'card', declined: 'GENERIC_DECLINE' },
  'cnon:card-nonce-rejected-cvv': { source: 'card', declined: 'CVV_FAILURE' },
  'cnon:card-nonce-rejected-postalcode': { source: 'card', declined: 'ADDRESS_VERIFICATION_FAILURE' },
  'bnon:bank-nonce-ok': { source: 'bankAccount' },
  'wnon:cash-app-ok': { source: 'wallet' },
  CASH: { source: 'cash' },
  EXTERNAL: { source: 'external' },
};

function sourceOf(context: SquareContext, id: string, total: number): Source {
  const known = SOURCES[id];
  if (known) return known;
  const card = context.state.tables.giftCards.get(id);
  if (!card) throw invalid('INVALID_CARD_DATA', 'Invalid card data.', 'source_id');
  return card.state === 'ACTIVE' && card.balance >= total
    ? { source: 'giftCard', giftCard: card.id }
    : { source: 'giftCard', declined: 'INSUFFICIENT_FUNDS' };
}

function list({ context, input, now }: Call): Fields {
  const location = locationOf(context, input) ?? context.mainLocation;
  const window = windowOf(input, now);
  const total = input.integer('total', { min: 0, max: Number.MAX_SAFE_INTEGER });
  const [last4, brand] = [input.text('last_4'), input.text('card_brand')];
  const rows = context.state.tables.payments.all().filter((payment) => {
    const card = (payment.show.card_details as { card?: { last_4?: string; card_brand?: string } } | undefined)?.card;
    if (payment.show.location_id !== location || !window.keeps(payment)) return false;
    if (total !== undefined && payment.show.total_money.amount !== total) return false;
    return (last4 === undefined || card?.last_4 === last4) && (brand === undefined || card?.card_brand === brand);
  });
  const { rows: page, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: window.sortBy,
    order: window.order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['payments', ...WINDOW_FIELDS.filter((name) => name !== 'cursor').map((name) => input.text(name))],
  });
  return { ...(page.length > 0 ? { payments: page.map(renderPayment) } : {}), ...next };
}

function orderOf(context: SquareContext, input: Input): { order?: string } {
  const id = input.text('order_id');
  if (id === undefined) return {};
  const order = findRow(context.state.tables.orders, id, 'order');
  if (order.show.state !== 'OPEN') throw invalid('BAD_REQUEST', 'The order is already paid.', 'order_id');
  if (order.show.net_amount_due_money.amount < (input.amount('amount_money', context.settings.currency) ?? 0))
    throw invalid('PAYMENT_AMOUNT_MISMATCH', 'The payment is more than is due on the order.', 'amount_money');
  return { order: id };
}

function create(call: Call): Fields {
  const { context, input, now } = call;
  const { currency } = context.settings;
  const sourceId = input.needText('source_id');
  const amount = input.needAmount('amount_money', currency);
  if (amount === 0) throw invalid('VALUE_TOO_LOW', 'amount_money.amount must be above 0.', 'amount_money.amount');
  const tip = input.amount('tip_money', currency);
  const source = sourceOf(context, sourceId, amount + (tip ?? 0));
  if (source.source === 'cash' && !input.has('cash_details')) throw missing('cash_details');
  if (source.source === 'external' && !input.has('external_details')) throw missing('external_details');
  const [location, customer] = [locationOf(context, input), input.text('customer_id')];
  const [reference, note] = [input.text('reference_id', 40), input.text('note', 500)];
  const payment = createPayment(context, {
    at: now / 1000,
    amount,
    ...source,
    ...orderOf(context, input),
    ...(tip === undefined ? {} : { tip }),
    ...(location === undefined ? {} : { location }),
    ...(customer === undefined ? {} : { customer }),
    ...(reference === undefined ? {} : { reference }),
    ...(note === undefined ? {} : { note }),
    ...(source.source === 'external' ? { external: externalOf(context, input) } : {}),
    delayed: input.has('autocomplete') && !input.flag('autocomplete'),
  });
  if (source.declined !== undefined) throw declined(source.declined, renderPayment(payment));
  return { payment: renderPayment(payment) };
}

function externalOf(context: SquareContext, input: Input) {
  const details = input.object('external_details');
  const fee = details.amount('source_fee_money', context.settings.currency);
  const named = { type: details.needText('type', 50), source: details.needText('source', 255) };
  return fee === undefined ? named : { ...named, fee };
}

function finish(call: Call, work: typeof completePayment): Fields {
  const { context, input, ids, now } = call;
  const payment = findRow(context.state.tables.payments, ids[0], 'payment');
  const token = input.text('version_token');
  if (token !== undefined && token !== renderPayment(payment).version_token) throw versionMismatch('version_token');
  if (payment.show.status !== 'APPROVED')
    throw invalid('BAD_REQUEST', `The payment is ${payment.show.status} and cannot be changed so.`, 'payment_id');
  return { payment: renderPayment(work(context, { at: now / 1000, payment: payment.id })) };
}

function shown(payment: Payment): Fields {
  return { payment: renderPayment(payment) };
}

/** Payments: the default location and the last year unless said otherwise. */
export const paymentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/payments',
    scope: 'PAYMENTS_READ',
    fields: [...WINDOW_FIELDS, 'total', 'last_4', 'card_brand'],
    answer: list,
  },
  {
    method: 'POST',
    path: '/v2/payments',
    scope: 'PAYMENTS_WRITE',
    key: { max: 45, required: true },
    fields: [
      'source_id',
      'amount_money',
      'tip_money',
      'autocomplete',
      'order_id',
      'customer_id',
      'location_id',
      'reference_id',
      'note',
      'cash_details',
      'external_details',
    ],
    answer: create,
  },
  {
    method: 'GET',
    path: '/v2/payments/{payment_id}',
    scope: 'PAYMENTS_READ',
    fields: [],
    answer: ({ context, ids }) => shown(findRow(context.state.tables.payments, ids[0], 'payment')),
  },
  {
    method: 'POST',
    path: '/v2/payments/{payment_id}/complete',
    scope: 'PAYMENTS_WRITE',
    fields: ['version_token'],
    answer: (call) => finish(call, completePayment),
  },
  {
    method: 'POST',
    path: '/v2/payments/{payment_id}/cancel',
    scope: 'PAYMENTS_WRITE',
    fields: [],
    answer: (call) => finish(call, cancelPayment),
  },
];
