import type { Json } from '../../kernel/json.ts';
import { negate, sumMoney } from '../../kernel/money.ts';
import type { DisputeLostFact, DisputeOpenedFact, DisputeWonFact } from '../../model/facts.ts';
import { type NormaliseContext, readAs, Unreadable } from '../sdk/index.ts';
import { type BalanceRow, feeParts } from './balance-row.ts';
import { baseOf, compact, PROVIDER } from './fact-base.ts';
import { invoicePaymentOf } from './invoice-of.ts';
import { moneyAt } from './reading.ts';
import { disputeSchema } from './schemas.ts';

export function disputeOpenedFact(row: BalanceRow, context: NormaliseContext): DisputeOpenedFact {
  const fees = feeParts(row, 'dispute');
  return { kind: 'dispute_opened', ...baseOf(row, context), amount: negate(row.gross), fees };
}

/** Money that came back; fees that came back with it are negative parts. */
export function disputeWonFact(row: BalanceRow, context: NormaliseContext): DisputeWonFact {
  return { kind: 'dispute_won', ...baseOf(row, context), amount: row.gross, fees: feeParts(row, 'dispute') };
}

/**
 * A lost dispute moves no money of its own, so it comes from the dispute: what its balance transactions withdrew and
 * did not give back. Stripe keeps no time of the decision: the last of those movements stands for it.
 */
export function disputeLostFacts(body: Json, context: NormaliseContext): DisputeLostFact[] {
  const dispute = readAs(disputeSchema, body);
  const rows = dispute.balance_transactions.map(({ amount, currency }, i) =>
    moneyAt(`balance_transactions[${i}].amount`, amount, currency),
  );
  const [first] = rows;
  if (dispute.status !== 'lost' || first === undefined) return [];
  if (rows.some(({ currency }) => currency !== first.currency)) {
    throw new Unreadable({ field: 'balance_transactions', detail: 'they are in more than one currency' });
  }
  const withdrawn = negate(sumMoney(rows, first.currency));
  if (withdrawn.minor <= 0n) return [];
  const { charge, payment_intent: paymentIntent } = dispute;
  const invoice = invoicePaymentOf({ paymentIntent, charge }, context)?.invoiceId ?? null;
  return [
    {
      kind: 'dispute_lost',
      source: { provider: PROVIDER, accountId: context.accountId, objectId: dispute.id },
      occurredAt: Math.max(...dispute.balance_transactions.map(({ created }) => created)) * 1_000,
      references: compact({ dispute: dispute.id, charge, payment_intent: paymentIntent, invoice }),
      description: `Stripe dispute ${dispute.id} lost`,
      amount: withdrawn,
    },
  ];
}
