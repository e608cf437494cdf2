import type { Fields } from '../objects/kept.ts';
import { renderActivity } from '../render.ts';
import { activityField, activityProblem, giftCardActivity } from '../verbs/gift-cards.ts';
import { invalid, missing, notFound } from './errors.ts';
import { isWithin, locationOf, needLocation } from './finding.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';

const LIST_DEFAULT = 50;

function list({ context, input }: Call): Fields {
  const [card, type, location] = [input.text('gift_card_id'), input.text('type'), locationOf(context, input)];
  const [from, until] = [input.time('begin_time'), input.time('end_time')];
  const order = input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'DESC';
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.giftCardActivities
      .all()
      .filter(
        (activity) =>
          (card === undefined || activity.giftCard === card) &&
          (type === undefined || activity.type === type) &&
          (location === undefined || activity.location === location) &&
          isWithin(activity.created, from, until),
      ),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order,
    limit: input.integer('limit', PAGE) ?? LIST_DEFAULT,
    cursor: input.text('cursor'),
    question: ['activities', card, type, location, from, until, order],
  });
  return { ...(rows.length > 0 ? { gift_card_activities: rows.map(renderActivity) } : {}), ...next };
}

function create({ context, input, now }: Call): Fields {
  const given = input.needObject('gift_card_activity');
  const [id, gan] = [given.text('gift_card_id'), given.text('gift_card_gan')];
  if (id === undefined && gan === undefined) throw missing('gift_card_activity.gift_card_id');
  const card = context.state.tables.giftCards.all().find((one) => one.id === id || one.gan === gan);
  if (!card) throw notFound('Gift card not found.');
  const type = given.needText('type');
  const field = activityField(type);
  if (field === null) throw invalid('INVALID_VALUE', `Activities of type ${type} are not created here.`, 'type');
  const details = given.needObject(field);
  const amount = type === 'DEACTIVATE' ? 0 : details.needAmount('amount_money', context.settings.currency);
  const problem = activityProblem(card, type, amount);
  if (problem !== null) throw invalid('BAD_REQUEST', problem, 'gift_card_activity');
  const activity = giftCardActivity(context, now, {
    type,
    giftCard: card.id,
    location: needLocation(context, given),
    amount,
    details: details.pick(details.names().filter((name) => name !== 'amount_money')),
  });
  return { gift_card_activity: renderActivity(activity) };
}

/** What happens on gift cards; the cards themselves are made by sales. */
export const giftCardRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/gift-cards/activities',
    scope: 'GIFTCARDS_READ',
    fields: ['gift_card_id', 'type', 'location_id', 'begin_time', 'end_time', 'limit', 'cursor', 'sort_order'],
    answer: list,
  },
  {
    method: 'POST',
    path: '/v2/gift-cards/activities',
    scope: 'GIFTCARDS_WRITE',
    key: { max: 128, required: true },
    fields: ['gift_card_activity'],
    answer: create,
  },
];
