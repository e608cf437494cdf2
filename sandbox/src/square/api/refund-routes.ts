import type { Fields } from '../objects/kept.ts';
import { render } from '../render.ts';
import { refundable, startRefund } from '../verbs/refunds.ts';
import { invalid, refundError } from './errors.ts';
import { findRow, locationOf } from './finding.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';
import { WINDOW_FIELDS, windowOf } from './windows.ts';

function list({ context, input, now }: Call): Fields {
  const location = locationOf(context, input);
  const [status, source] = [input.text('status'), input.text('source_type')];
  const window = windowOf(input, now);
  const rows = context.state.tables.refunds
    .all()
    .filter(
      (refund) =>
        (location === undefined || refund.show.location_id === location) &&
        (status === undefined || refund.show.status === status) &&
        (source === undefined || refund.show.destination_type === source) &&
        window.keeps(refund),
    );
  const { rows: page, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: window.sortBy,
    order: window.order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: [
      'refunds',
      status,
      source,
      ...WINDOW_FIELDS.filter((name) => name !== 'cursor').map((name) => input.text(name)),
    ],
  });
  return { ...(page.length > 0 ? { refunds: page.map(render) } : {}), ...next };
}

/** PENDING at first; through after a moment by the clock. */
function create({ context, input, now }: Call): Fields {
  const payment = findRow(context.state.tables.payments, input.needText('payment_id'), 'payment');
  const amount = input.needAmount('amount_money', context.settings.currency);
  if (payment.show.status !== 'COMPLETED')
    throw invalid('REFUND_ERROR_PAYMENT_NEEDS_COMPLETION', 'The payment is not completed.', 'payment_id');
  if (amount <= 0 || amount > refundable(payment))
    throw refundError('REFUND_AMOUNT_INVALID', 'The requested refund amount exceeds the amount available to refund.');
  const reason = input.text('reason', 192);
  const refund = startRefund(context, now, {
    payment: payment.id,
    amount,
    ...(reason === undefined ? {} : { reason }),
  });
  context.state.later({ at: now + context.settings.refundSeconds * 1000, kind: 'refund', id: refund.id });
  return { refund: render(refund) };
}

/** Refunds: of all locations unless one is named. */
export const refundRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/refunds',
    scope: 'PAYMENTS_READ',
    fields: [...WINDOW_FIELDS, 'status', 'source_type'],
    answer: list,
  },
  {
    method: 'POST',
    path: '/v2/refunds',
    scope: 'PAYMENTS_WRITE',
    key: { max: 192, required: true },
    fields: ['payment_id', 'amount_money', 'reason'],
    answer: create,
  },
  {
    method: 'GET',
    path: '/v2/refunds/{refund_id}',
    scope: 'PAYMENTS_READ',
    fields: [],
    answer: ({ context, ids }) => ({ refund: render(findRow(context.state.tables.refunds, ids[0], 'refund')) }),
  },
];
