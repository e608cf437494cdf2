import { z } from 'zod';
import type { ListedReconciliation } from '../../../hub/reconcile/index.ts';
import { subtract } from '../../../kernel/money.ts';
import { day, instant, instantOf, moneyOf, moneySchema } from './common.ts';
import { named } from './components.ts';

const differenceSchema = named(
  'Difference',
  'What is not the same at the source and in the ledger. `amount` is source less ledger.',
  z.object({
    kind: z.enum(['missing', 'deleted', 'extra', 'amount_differs']),
    amount: moneySchema,
    subject: z.string(),
    detail: z.string(),
  }),
);

export const reconciliationSchema = named(
  'Reconciliation',
  'A payout or a day of one currency: what the source, our postings and the ledger itself say. `agrees` when all three are equal and nothing differs inside.',
  z.object({
    id: z.string(),
    kind: z.enum(['payout', 'day']),
    subject: z.string(),
    on: day,
    agrees: z.boolean(),
    source: moneySchema,
    postings: moneySchema,
    ledger: moneySchema,
    difference: moneySchema,
    differences: z.array(differenceSchema),
    pairId: z.string(),
    sourceConnectionId: z.string(),
    computedAt: instant,
  }),
);

export function reconciliationToWire(row: ListedReconciliation): z.input<typeof reconciliationSchema> {
  const { sourceId, source, postings, ledger, differences, computedAt, ...same } = row;
  return {
    ...same,
    sourceConnectionId: sourceId,
    source: moneyOf(source),
    postings: moneyOf(postings),
    ledger: moneyOf(ledger),
    difference: moneyOf(subtract(source, ledger)),
    differences: differences.map((one) => ({ ...one, amount: moneyOf(one.amount) })),
    computedAt: instantOf(computedAt),
  };
}
