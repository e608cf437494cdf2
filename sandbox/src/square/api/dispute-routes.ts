import type { Fields } from '../objects/kept.ts';
import { render } from '../render.ts';
import { acceptDispute, canBecome } from '../verbs/disputes.ts';
import { invalid } from './errors.ts';
import { findRow, locationOf } from './finding.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';

/** States whose disputes are over; they are listed only when asked for. */
const OVER = ['INQUIRY_CLOSED', 'WON', 'LOST'];

function list({ context, input }: Call): Fields {
  const location = locationOf(context, input);
  const states = input.text('states')?.split(',');
  const rows = context.state.tables.disputes
    .all()
    .filter(
      ({ show }) =>
        (location === undefined || show.location_id === location) &&
        (states === undefined ? !OVER.includes(show.state) : states.includes(show.state)),
    );
  const { rows: page, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'DESC',
    limit: PAGE.max,
    cursor: input.text('cursor'),
    question: ['disputes', location, states],
  });
  return { ...(page.length > 0 ? { disputes: page.map(render) } : {}), ...next };
}

function accept({ context, ids, now }: Call): Fields {
  const dispute = findRow(context.state.tables.disputes, ids[0], 'dispute');
  if (!canBecome(dispute, 'ACCEPTED'))
    throw invalid('BAD_REQUEST', `The dispute is ${dispute.show.state}.`, 'dispute_id');
  return { dispute: render(acceptDispute(context, { at: now / 1000, dispute: dispute.id })) };
}

/** Disputes: the open ones unless states are named. */
export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/disputes',
    scope: 'DISPUTES_READ',
    fields: ['cursor', 'states', 'location_id'],
    answer: list,
  },
  {
    method: 'GET',
    path: '/v2/disputes/{dispute_id}',
    scope: 'DISPUTES_READ',
    fields: [],
    answer: ({ context, ids }) => ({ dispute: render(findRow(context.state.tables.disputes, ids[0], 'dispute')) }),
  },
  {
    method: 'POST',
    path: '/v2/disputes/{dispute_id}/accept',
    scope: 'DISPUTES_WRITE',
    fields: [],
    answer: accept,
  },
];
