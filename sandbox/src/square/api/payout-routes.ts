import type { Fields } from '../objects/kept.ts';
import { render, renderEntry } from '../render.ts';
import { findRow, isWithin, locationOf } from './finding.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';

const YEAR_MS = 365 * 86_400_000;

/** By creation only: that a payout was paid or failed since shows in no window. */
function list({ context, input, now }: Call): Fields {
  const location = locationOf(context, input) ?? context.mainLocation;
  const status = input.oneOf('status', ['SENT', 'FAILED', 'PAID']);
  const until = input.time('end_time') ?? now + 1;
  const from = input.time('begin_time') ?? until - YEAR_MS;
  const order = input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'DESC';
  const rows = context.state.tables.payouts
    .all()
    .filter(
      ({ created, show }) =>
        show.location_id === location &&
        (status === undefined || show.status === status) &&
        isWithin(created, from, until),
    );
  const { rows: page, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['payouts', location, status, order, input.text('begin_time'), input.text('end_time')],
  });
  return { ...(page.length > 0 ? { payouts: page.map(render) } : {}), ...next };
}

function entries({ context, input, ids }: Call): Fields {
  const payout = findRow(context.state.tables.payouts, ids[0], 'payout');
  const order = input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'ASC';
  const isListed = payout.show.type === 'BATCH';
  const rows = context.state.tables.entries.all().filter((entry) => isListed && entry.payout === payout.id);
  const { rows: page, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['entries', payout.id, order],
  });
  return { ...(page.length > 0 ? { payout_entries: page.map((entry) => renderEntry(context, entry)) } : {}), ...next };
}

/** Payouts of one location, and what each was made of. */
export const payoutRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/payouts',
    scope: 'PAYOUTS_READ',
    fields: ['location_id', 'status', 'begin_time', 'end_time', 'sort_order', 'cursor', 'limit'],
    answer: list,
  },
  {
    method: 'GET',
    path: '/v2/payouts/{payout_id}',
    scope: 'PAYOUTS_READ',
    fields: [],
    answer: ({ context, ids }) => ({ payout: render(findRow(context.state.tables.payouts, ids[0], 'payout')) }),
  },
  {
    method: 'GET',
    path: '/v2/payouts/{payout_id}/payout-entries',
    scope: 'PAYOUTS_READ',
    fields: ['sort_order', 'cursor', 'limit'],
    answer: entries,
  },
];
