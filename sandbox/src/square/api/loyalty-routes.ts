import type { SquareContext } from '../context.ts';
import { changed, type Fields, fresh } from '../objects/kept.ts';
import type { LoyaltyAccount, LoyaltyEvent } from '../objects/loyalty.ts';
import { iso, render, renderLoyaltyEvent } from '../render.ts';
import { invalid, missing, notFound } from './errors.ts';
import { findRow, needLocation, rangeOf } from './finding.ts';
import { pageOf } from './pages.ts';
import type { Call, Route } from './route.ts';

const ACCOUNTS = { min: 1, max: 200 } as const;
const EVENTS = { min: 1, max: 30 } as const;
const POINTS = { min: -1_000_000, max: 1_000_000 } as const;
/** One point for each whole unit of the currency that an order costs. */
const MINOR_PER_POINT = 100;

function program(context: SquareContext): Fields {
  return {
    id: context.programId,
    status: 'ACTIVE',
    terminology: { one: 'Point', other: 'Points' },
    location_ids: context.settings.locations.map(({ id }) => id),
    accrual_rules: [
      {
        accrual_type: 'SPEND',
        points: 1,
        spend_data: {
          amount_money: { amount: MINOR_PER_POINT, currency: context.settings.currency },
          tax_mode: 'BEFORE_TAX',
        },
      },
    ],
    created_at: '2024-01-02T09:00:00.000Z',
    updated_at: '2024-01-02T09:00:00.000Z',
  };
}

function renderAccount(account: LoyaltyAccount): Fields {
  const { version: _version, ...shown } = render(account);
  return shown;
}

function createAccount({ context, input, now }: Call): Fields {
  const given = input.needObject('loyalty_account');
  if (given.needText('program_id', 36) !== context.programId) throw notFound('Loyalty program not found.');
  const phone = given.needObject('mapping').needText('phone_number');
  const { loyaltyAccounts } = context.state.tables;
  if (loyaltyAccounts.all().some(({ show }) => show.mapping.phone_number === phone))
    throw invalid('BAD_REQUEST', 'The phone number has a loyalty account already.', 'loyalty_account.mapping');
  const customer = given.text('customer_id');
  const account = loyaltyAccounts.add({
    ...fresh(context.state.newId('loyaltyAccounts'), now),
    show: {
      program_id: context.programId,
      balance: 0,
      lifetime_points: 0,
      ...(customer === undefined ? {} : { customer_id: customer }),
      mapping: { id: context.state.newId('uids'), created_at: iso(now), phone_number: phone },
      enrolled_at: iso(now),
    },
  });
  announce(context, account, now, 'loyalty.account.created');
  return { loyalty_account: renderAccount(account) };
}

function announce(context: SquareContext, account: LoyaltyAccount, at: number, type: string): void {
  context.emit(type, at, {
    type: 'loyalty_account',
    id: account.id,
    object: { loyalty_account: renderAccount(account) },
  });
}

function searchAccounts({ context, input }: Call): Fields {
  const query = input.object('query');
  const phones = query.objects('mappings', 30).map((mapping) => mapping.text('phone_number'));
  const customers = query.texts('customer_ids');
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.loyaltyAccounts
      .all()
      .filter(
        ({ show }) =>
          (phones.length === 0 || phones.includes(show.mapping.phone_number)) &&
          (customers === undefined || customers.includes(show.customer_id ?? '')),
      ),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'ASC',
    limit: input.integer('limit', ACCOUNTS) ?? EVENTS.max,
    cursor: input.text('cursor'),
    question: ['loyalty accounts', input.raw('query')],
  });
  return { ...(rows.length > 0 ? { loyalty_accounts: rows.map(renderAccount) } : {}), ...next };
}

function addPoints(call: Call, entry: Pick<LoyaltyEvent, 'type' | 'location' | 'points' | 'order' | 'reason'>): Fields {
  const { context, ids, now } = call;
  const account = findRow(context.state.tables.loyaltyAccounts, ids[0], 'loyalty account');
  account.show.balance += entry.points;
  account.show.lifetime_points += Math.max(0, entry.points);
  changed(account, now);
  const { loyaltyEvents } = context.state.tables;
  const event = loyaltyEvents.add({
    ...entry,
    id: context.state.newId('loyaltyEvents'),
    created: now,
    account: account.id,
  });
  announce(context, account, now, 'loyalty.account.updated');
  return renderLoyaltyEvent(context, event);
}

/** Points by number, or by what an order costs. */
function accumulate(call: Call): Fields {
  const { context, input } = call;
  const given = input.needObject('accumulate_points');
  const orderId = given.text('order_id');
  const order = orderId === undefined ? undefined : findRow(context.state.tables.orders, orderId, 'order');
  const points = order
    ? Math.floor((order.show.total_money.amount - order.show.total_tax_money.amount) / MINOR_PER_POINT)
    : given.integer('points', { min: 1, max: POINTS.max });
  if (points === undefined) throw missing('accumulate_points.points');
  const location = needLocation(context, input);
  const event = addPoints(call, {
    type: 'ACCUMULATE_POINTS',
    location,
    points,
    order: order?.id ?? null,
    reason: null,
  });
  return { events: [event] };
}

function adjust(call: Call): Fields {
  const { context, input, ids } = call;
  const given = input.needObject('adjust_points');
  const points = given.integer('points', POINTS);
  if (points === undefined || points === 0) throw missing('adjust_points.points');
  const account = findRow(context.state.tables.loyaltyAccounts, ids[0], 'loyalty account');
  if (account.show.balance + points < 0 && !input.flag('allow_negative_balance'))
    throw invalid('BAD_REQUEST', 'The account has fewer points than that.', 'adjust_points.points');
  const reason = given.text('reason') ?? null;
  return { event: addPoints(call, { type: 'ADJUST_POINTS', location: null, points, order: null, reason }) };
}

function searchEvents({ context, input }: Call): Fields {
  const filter = input.object('query').object('filter');
  const account = filter.object('loyalty_account_filter').text('loyalty_account_id');
  const types = filter.object('type_filter').texts('types');
  const inRange = rangeOf(filter.object('date_time_filter'), 'created_at');
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.loyaltyEvents
      .all()
      .filter(
        (event) =>
          (account === undefined || event.account === account) &&
          (types === undefined || types.includes(event.type)) &&
          inRange(event.created),
      ),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'DESC',
    limit: input.integer('limit', EVENTS) ?? EVENTS.max,
    cursor: input.text('cursor'),
    question: ['loyalty events', input.raw('query')],
  });
  return { ...(rows.length > 0 ? { events: rows.map((event) => renderLoyaltyEvent(context, event)) } : {}), ...next };
}

/** Points for loyal customers: one program, accounts by phone number, and what happened to them. */
export const loyaltyRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/loyalty/programs',
    scope: 'LOYALTY_READ',
    fields: [],
    answer: ({ context }) => ({ programs: [program(context)] }),
  },
  {
    method: 'GET',
    path: '/v2/loyalty/programs/{program_id}',
    scope: 'LOYALTY_READ',
    fields: [],
    answer({ context, ids }) {
      if (ids[0] !== 'main' && ids[0] !== context.programId) throw notFound('Loyalty program not found.');
      return { program: program(context) };
    },
  },
  {
    method: 'POST',
    path: '/v2/loyalty/accounts',
    scope: 'LOYALTY_WRITE',
    key: { max: 128, required: true },
    fields: ['loyalty_account'],
    answer: createAccount,
  },
  {
    method: 'POST',
    path: '/v2/loyalty/accounts/search',
    scope: 'LOYALTY_READ',
    fields: ['query', 'limit', 'cursor'],
    answer: searchAccounts,
  },
  {
    method: 'GET',
    path: '/v2/loyalty/accounts/{account_id}',
    scope: 'LOYALTY_READ',
    fields: [],
    answer: ({ context, ids }) => ({
      loyalty_account: renderAccount(findRow(context.state.tables.loyaltyAccounts, ids[0], 'loyalty account')),
    }),
  },
  {
    method: 'POST',
    path: '/v2/loyalty/accounts/{account_id}/accumulate',
    scope: 'LOYALTY_WRITE',
    key: { max: 128, required: true },
    fields: ['accumulate_points', 'location_id'],
    answer: accumulate,
  },
  {
    method: 'POST',
    path: '/v2/loyalty/accounts/{account_id}/adjust',
    scope: 'LOYALTY_WRITE',
    key: { max: 128, required: true },
    fields: ['adjust_points', 'allow_negative_balance'],
    answer: adjust,
  },
  {
    method: 'POST',
    path: '/v2/loyalty/events/search',
    scope: 'LOYALTY_READ',
    fields: ['query', 'limit', 'cursor'],
    answer: searchEvents,
  },
];
