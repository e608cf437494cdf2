import type { SquareContext } from '../context.ts';
import type { GiftCard } from '../objects/gift-card.ts';
import type { Order } from '../objects/order.ts';
import type { Payment, SourceKind } from '../objects/payment.ts';
import { loadGiftCard } from './gift-cards.ts';
import { momentOf } from './lookup.ts';
import { createOrder } from './orders.ts';
import { createPayment } from './payments.ts';

export interface SaleLine {
  readonly name: string;
  readonly unitAmount: number;
  /** Decimal text; 1 when missing. */
  readonly quantity?: string;
  /** The variation that is sold. */
  readonly variation?: string;
}

export interface SaleTender {
  readonly source: SourceKind;
  /** Without the tip; what the others leave when missing. */
  readonly amount?: number;
  readonly tip?: number;
  readonly giftCard?: string;
}

export interface SaleInput {
  readonly at: number;
  readonly location?: string;
  readonly lines?: readonly SaleLine[];
  /** Gift cards that are sold with it: a new one, or one that is loaded. */
  readonly giftCards?: readonly { readonly amount: number; readonly giftCard?: string }[];
  readonly discounts?: readonly { readonly name: string; readonly percentage?: string; readonly amount?: number }[];
  readonly taxes?: readonly { readonly name: string; readonly percentage: string; readonly inclusive?: boolean }[];
  readonly serviceCharges?: readonly {
    readonly name: string;
    readonly percentage?: string;
    readonly amount?: number;
  }[];
  /** On the one card that pays when no tenders are named. */
  readonly tip?: number;
  readonly tenders?: readonly SaleTender[];
  readonly customer?: string;
  readonly reference?: string;
}

export interface Sale {
  readonly order: Order;
  readonly payments: readonly Payment[];
  readonly giftCards: readonly GiftCard[];
}

/** A sale at the till: an order with everything on it, paid by one tender or several. */
export function sale(context: SquareContext, input: SaleInput): Sale {
  const at = momentOf(input);
  const location = input.location ?? context.mainLocation;
  const uid = () => context.state.newId('uids');
  const goods = (input.lines ?? []).map((line) => ({
    uid: uid(),
    name: line.name,
    quantity: line.quantity ?? '1',
    unitAmount: line.unitAmount,
    itemType: 'ITEM' as const,
    ...(line.variation === undefined ? {} : { catalogObject: line.variation }),
  }));
  const cards = (input.giftCards ?? []).map((card) => ({
    uid: uid(),
    name: 'eGift Card',
    quantity: '1',
    unitAmount: card.amount,
    itemType: 'GIFT_CARD' as const,
  }));
  const order = createOrder(context, at, {
    location,
    lines: [...goods, ...cards],
    discounts: (input.discounts ?? []).map((discount) => ({ uid: uid(), ...discount })),
    taxes: (input.taxes ?? []).map((tax) => ({ uid: uid(), inclusive: false, ...tax })),
    serviceCharges: (input.serviceCharges ?? []).map((charge) => ({ uid: uid(), ...charge })),
    customer: input.customer,
    reference: input.reference,
  });
  const payments = tendersOf(order.show.net_amount_due_money.amount, input).map(({ source, amount, tip, giftCard }) =>
    createPayment(context, {
      at: input.at,
      source,
      amount,
      location,
      order: order.id,
      ...(tip === undefined ? {} : { tip }),
      ...(giftCard === undefined ? {} : { giftCard }),
      ...(input.customer === undefined ? {} : { customer: input.customer }),
    }),
  );
  const giftCards = (input.giftCards ?? []).map((card, index) =>
    loadGiftCard(context, at, { ...card, location, order: order.id, line: cards[index]?.uid ?? '' }),
  );
  return { order, payments, giftCards };
}

function tendersOf(due: number, input: SaleInput): readonly (SaleTender & { readonly amount: number })[] {
  const tip = input.tip === undefined ? {} : { tip: input.tip };
  const tenders = input.tenders ?? [{ source: 'card' as const, ...tip }];
  const named = tenders.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  const isOpen = tenders.filter(({ amount }) => amount === undefined).length === 1;
  if (isOpen ? named >= due : named !== due) throw new Error(`the tenders are ${named}, and ${due} is due`);
  return tenders.map((tender) => ({ ...tender, amount: tender.amount ?? due - named }));
}
