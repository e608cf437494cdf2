import { utcDate } from '../../kernel/dates.ts';
import type { Json } from '../../kernel/json.ts';
import { equalMoney, negate, sumMoney } from '../../kernel/money.ts';
import type { PayoutFact, PayoutItemsFact, PayoutReversedFact } from '../../model/facts.ts';
import { type NormaliseContext, readAs, Unreadable } from '../sdk/index.ts';
import { type BalanceRow, feeParts } from './balance-row.ts';
import { baseOf, PROVIDER } from './fact-base.ts';
import { moneyAt } from './reading.ts';
import { type Payout, type PayoutItems, payoutItemsSchema, payoutSchema } from './schemas.ts';

/** Money on its way to the bank; negative when Stripe debits the bank. */
export function payoutFact(row: BalanceRow, context: NormaliseContext): PayoutFact {
  const payout = payoutOf(row, context);
  return {
    kind: 'payout',
    ...baseOf(row, context),
    amount: negate(row.gross),
    // A bank's date, written as UTC midnight: it is not converted to anybody's zone.
    arrivesOn: utcDate(payout.arrival_date * 1_000),
    payoutId: payout.id,
    fees: feeParts(row, 'payout'),
    itemised: payout.automatic && payout.reconciliation_status !== 'not_applicable',
  };
}

export function payoutReversedFact(row: BalanceRow, context: NormaliseContext): PayoutReversedFact {
  if (row.sourceId === null) throw new Unreadable({ field: 'source', detail: 'names no payout' });
  return { kind: 'payout_reversed', ...baseOf(row, context), amount: row.gross, payoutId: row.sourceId };
}

/** The payout's own record is read again when it changes, so it is newer than the copy inside the row. */
function payoutOf(row: BalanceRow, context: NormaliseContext): Payout {
  const own = row.sourceId === null ? null : context.related({ stream: 'payouts', externalId: row.sourceId });
  const known = payoutSchema.safeParse(own?.body);
  return known.success ? known.data : readAs(payoutSchema, row.source, 'source');
}

/** What a payout is made of, without the payout's own row; the members sum to its amount. */
export function payoutItemsFact(body: Json, context: NormaliseContext): PayoutItemsFact {
  const { payout, items } = readAs(payoutItemsSchema, body);
  const nets = items.map((item, i) => ({ ...item, money: moneyAt(`items[${i}].net`, item.net, item.currency) }));
  const own = nets.find((item) => isOwnRow(item, payout));
  if (own === undefined) throw new Unreadable({ field: 'items', detail: `the movement of ${payout} is missing` });
  const members = nets.filter((item) => item !== own);
  const foreign = members.findIndex(({ money }) => money.currency !== own.money.currency);
  if (foreign >= 0) throw new Unreadable({ field: 'items', detail: 'they are in more than one currency' });
  const sum = sumMoney(
    members.map(({ money }) => money),
    own.money.currency,
  );
  if (!equalMoney(sum, negate(own.money))) {
    throw new Unreadable({ field: 'items', detail: `they sum to ${sum.minor}, the payout is ${-own.money.minor}` });
  }
  return {
    kind: 'payout_items',
    source: { provider: PROVIDER, accountId: context.accountId, objectId: payout },
    occurredAt: own.created * 1_000,
    references: { payout },
    description: `Items of Stripe payout ${payout}`,
    payoutId: payout,
    members: members.map(({ id, money }) => ({ objectId: id, net: money })),
  };
}

function isOwnRow(item: PayoutItems['items'][number], payout: string): boolean {
  return item.type === 'payout' && item.source === payout;
}
