import { derivedText } from '../../core/ids.ts';
import type { SquareContext } from '../context.ts';
import { money } from '../money.ts';
import type { GiftCard, GiftCardActivity } from '../objects/gift-card.ts';
import { renderActivity } from '../render.ts';
import { need } from './lookup.ts';

/** What each kind of activity does to the balance, and the field of its details. */
const KINDS: Readonly<Record<string, { readonly field: string; readonly sign: 1 | -1 | 0 }>> = {
  ACTIVATE: { field: 'activate_activity_details', sign: 1 },
  LOAD: { field: 'load_activity_details', sign: 1 },
  REDEEM: { field: 'redeem_activity_details', sign: -1 },
  REFUND: { field: 'refund_activity_details', sign: 1 },
  ADJUST_INCREMENT: { field: 'adjust_increment_activity_details', sign: 1 },
  ADJUST_DECREMENT: { field: 'adjust_decrement_activity_details', sign: -1 },
  DEACTIVATE: { field: 'deactivate_activity_details', sign: 0 },
};

export function activityField(type: string): string | null {
  return KINDS[type]?.field ?? null;
}

/** A card that waits to be activated. */
export function newGiftCard(context: SquareContext, at: number): GiftCard {
  context.touch(at);
  const id = context.state.newId('giftCards');
  const gan = derivedText('0123456789', 16, context.state.seed, 'gan', id);
  return context.state.tables.giftCards.add({ id, created: at, gan, state: 'PENDING', balance: 0 });
}

export interface ActivityInput {
  readonly type: string;
  readonly giftCard: string;
  readonly location: string;
  readonly amount: number;
  /** Further fields of the details. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Why an activity cannot be, in words; null when it can. */
export function activityProblem(card: GiftCard, type: string, amount: number): string | null {
  const kind = KINDS[type];
  if (kind === undefined) return `Activities of type ${type} are not created here.`;
  if (type === 'ACTIVATE') return card.state === 'PENDING' ? null : 'The gift card is active already.';
  if (card.state !== 'ACTIVE') return 'The gift card is not active.';
  if (kind.sign === -1 && amount > card.balance) return 'The gift card holds less than that.';
  return null;
}

export function giftCardActivity(context: SquareContext, at: number, input: ActivityInput): GiftCardActivity {
  const { settings, state } = context;
  const card = need(state.tables.giftCards, input.giftCard);
  const problem = activityProblem(card, input.type, input.amount);
  const kind = KINDS[input.type];
  if (problem !== null || kind === undefined) throw new Error(problem ?? input.type);
  card.balance += kind.sign * input.amount;
  if (input.type === 'ACTIVATE') card.state = 'ACTIVE';
  if (input.type === 'DEACTIVATE') card.state = 'DEACTIVATED';
  const amountField = kind.sign === 0 ? {} : { amount_money: money(input.amount, settings.currency) };
  const activity = state.tables.giftCardActivities.add({
    id: state.newId('giftCardActivities'),
    created: at,
    type: input.type,
    location: input.location,
    giftCard: card.id,
    gan: card.gan,
    balance: money(card.balance, settings.currency),
    field: kind.field,
    details: { ...amountField, ...input.details },
  });
  context.emit('gift_card.activity.created', at, {
    type: 'gift_card_activity',
    id: activity.id,
    object: { gift_card_activity: renderActivity(activity) },
  });
  return activity;
}

/** Sells or loads a card: a new one unless named. */
export function loadGiftCard(
  context: SquareContext,
  at: number,
  input: {
    readonly location: string;
    readonly amount: number;
    readonly giftCard?: string;
    readonly order?: string;
    readonly line?: string;
  },
): GiftCard {
  const card =
    input.giftCard === undefined ? newGiftCard(context, at) : need(context.state.tables.giftCards, input.giftCard);
  giftCardActivity(context, at, {
    type: card.state === 'PENDING' ? 'ACTIVATE' : 'LOAD',
    giftCard: card.id,
    location: input.location,
    amount: input.amount,
    details:
      input.order === undefined
        ? { reference_id: 'sandbox' }
        : { order_id: input.order, line_item_uid: input.line ?? '' },
  });
  return card;
}
