import type { SquareContext } from './context.ts';
import { type BalanceEntry, detailField } from './objects/balance-entry.ts';
import type { GiftCardActivity } from './objects/gift-card.ts';
import type { InventoryChange, InventoryCount } from './objects/inventory.ts';
import type { Fields, Kept } from './objects/kept.ts';
import type { LoyaltyEvent } from './objects/loyalty.ts';
import type { Payment } from './objects/payment.ts';
import type { SquareEvent } from './objects/webhooks.ts';
import type { CatalogRow } from './state.ts';

/** RFC 3339 in UTC with milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** An object as the API shows it. */
export function render(row: Kept<object>): Fields {
  return {
    id: row.id,
    ...row.show,
    created_at: iso(row.created),
    updated_at: iso(row.updated),
    version: row.version,
  };
}

/** A payment has a token for its version besides the number. */
export function renderPayment(payment: Payment): Fields {
  return { ...render(payment), version_token: `v${payment.version}-${payment.id.slice(0, 8)}` };
}

/** Catalogue objects know no creation; their version is the moment of the change. */
export function renderCatalog(row: CatalogRow): Fields {
  return {
    type: row.type,
    id: row.id,
    updated_at: iso(row.updated),
    version: row.version,
    is_deleted: row.deleted,
    ...row.show,
  };
}

export function renderEntry(context: SquareContext, entry: BalanceEntry): Fields {
  const { currency } = context.settings;
  const field = detailField(entry.type);
  return {
    id: entry.id,
    payout_id: entry.payout,
    effective_at: iso(entry.created),
    type: entry.type,
    gross_amount_money: { amount: entry.gross, currency },
    fee_amount_money: { amount: entry.fee, currency },
    net_amount_money: { amount: entry.net, currency },
    ...(field === null || entry.details === null ? {} : { [field]: entry.details }),
  };
}

export function renderActivity(activity: GiftCardActivity): Fields {
  return {
    id: activity.id,
    type: activity.type,
    location_id: activity.location,
    created_at: iso(activity.created),
    gift_card_id: activity.giftCard,
    gift_card_gan: activity.gan,
    gift_card_balance_money: activity.balance,
    [activity.field]: activity.details,
  };
}

export function renderCount(count: InventoryCount): Fields {
  return {
    catalog_object_id: count.object,
    catalog_object_type: 'ITEM_VARIATION',
    state: count.state,
    location_id: count.location,
    quantity: count.quantity,
    calculated_at: iso(count.calculatedAt),
  };
}

export function renderChange(change: InventoryChange): Fields {
  const common = {
    id: change.id,
    ...(change.reference === null ? {} : { reference_id: change.reference }),
    catalog_object_id: change.object,
    catalog_object_type: 'ITEM_VARIATION',
    location_id: change.location,
    quantity: change.quantity,
    occurred_at: change.occurredAt,
    created_at: iso(change.created),
  };
  return change.type === 'PHYSICAL_COUNT'
    ? { type: change.type, physical_count: { ...common, state: change.toState } }
    : { type: change.type, adjustment: { ...common, from_state: change.fromState, to_state: change.toState } };
}

export function renderLoyaltyEvent(context: SquareContext, event: LoyaltyEvent): Fields {
  const points = { loyalty_program_id: context.programId, points: event.points };
  const own =
    event.type === 'ACCUMULATE_POINTS'
      ? { accumulate_points: { ...points, ...(event.order === null ? {} : { order_id: event.order }) } }
      : { adjust_points: { ...points, ...(event.reason === null ? {} : { reason: event.reason }) } };
  return {
    id: event.id,
    type: event.type,
    created_at: iso(event.created),
    ...own,
    loyalty_account_id: event.account,
    ...(event.location === null ? {} : { location_id: event.location }),
    source: 'LOYALTY_API',
  };
}

/** The body of a webhook, and what the events search shows. */
export function renderEvent(context: SquareContext, event: SquareEvent): Fields {
  return {
    merchant_id: context.settings.merchantId,
    ...(event.location === null ? {} : { location_id: event.location }),
    type: event.type,
    event_id: event.id,
    created_at: iso(event.created),
    data: event.data,
  };
}
