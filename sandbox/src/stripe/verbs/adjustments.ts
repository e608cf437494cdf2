import type { StripeContext } from '../context.ts';
import { addEntry, type NewEntry } from '../ledger.ts';
import type { BalanceTransaction } from '../objects/balance-transaction.ts';

export interface AmountInput {
  readonly at: number;
  /** Minor units, positive. */
  readonly amount: number;
  readonly currency?: string;
  readonly description?: string;
}

type Shape = Pick<NewEntry, 'type' | 'category'> & { readonly sign: 1 | -1; readonly description: string };

function addRow(context: StripeContext, input: AmountInput, shape: Shape): BalanceTransaction {
  if (input.amount <= 0) throw new RangeError('amount must be positive');
  return addEntry(context, {
    at: input.at,
    type: shape.type,
    category: shape.category,
    amount: shape.sign * input.amount,
    currency: input.currency ?? context.settings.currency,
    description: input.description ?? shape.description,
  });
}

/** A fee that belongs to no charge: a subscription to a Stripe product, a card account updater. */
export function accountFee(context: StripeContext, input: AmountInput): BalanceTransaction {
  return addRow(context, input, { type: 'stripe_fee', category: 'fee', sign: -1, description: 'Billing - Usage Fee' });
}

export function feeCredit(context: StripeContext, input: AmountInput): BalanceTransaction {
  return addRow(context, input, { type: 'stripe_fee', category: 'fee', sign: 1, description: 'Fee credit' });
}

/** Tax on Stripe's own fees. */
export function taxFee(context: StripeContext, input: AmountInput): BalanceTransaction {
  return addRow(context, input, {
    type: 'tax_fee',
    category: 'tax',
    sign: -1,
    description: 'Sales tax on Stripe fees',
  });
}

/** What card networks charge an account with interchange-plus pricing. */
export function networkCost(context: StripeContext, input: AmountInput): BalanceTransaction {
  return addRow(context, input, {
    type: 'stripe_fee',
    category: 'network_cost',
    sign: -1,
    description: 'Network costs',
  });
}

/** Stripe keeps money back against losses. */
export function holdReserve(context: StripeContext, input: AmountInput): BalanceTransaction {
  return moveReserve(context, input, { type: 'reserve_hold', sign: -1, description: 'Reserve hold' });
}

export function releaseReserve(context: StripeContext, input: AmountInput): BalanceTransaction {
  return moveReserve(context, input, { type: 'reserve_release', sign: 1, description: 'Reserve release' });
}

type Move = Omit<Shape, 'category'>;

function moveReserve(context: StripeContext, input: AmountInput, move: Move): BalanceTransaction {
  const row = addRow(context, input, { ...move, category: 'risk_reserved_funds' });
  if (context.settings.reserveRows === 'both') {
    addEntry(context, {
      at: input.at,
      type: move.type,
      category: 'risk_reserved_funds',
      amount: -row.amount,
      currency: row.currency,
      description: row.description,
      balanceType: 'risk_reserved',
    });
  }
  return row;
}

export interface AdjustInput {
  readonly at: number;
  /** Minor units, signed. */
  readonly amount: number;
  readonly currency?: string;
  readonly type?: string;
  /** Any text: clients must cope with categories they do not know. */
  readonly category?: string;
  readonly description?: string;
}

/** A correction by Stripe, or a row of a kind that no client has seen. */
export function adjust(context: StripeContext, input: AdjustInput): BalanceTransaction {
  return addEntry(context, {
    at: input.at,
    type: input.type ?? 'adjustment',
    category: input.category ?? 'other_adjustment',
    amount: input.amount,
    currency: input.currency ?? context.settings.currency,
    description: input.description ?? 'Adjustment',
  });
}
