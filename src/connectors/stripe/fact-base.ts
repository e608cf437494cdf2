import type { Json } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import { type NormaliseContext, textOf } from '../sdk/index.ts';
import type { BalanceRow } from './balance-row.ts';
import { invoicePaymentOf } from './invoice-of.ts';
import { idOf } from './json-fields.ts';

export const PROVIDER = 'stripe';

type Base = Pick<Fact, 'source' | 'occurredAt' | 'references' | 'description'>;
export type References = Readonly<Record<string, string>>;

/** What every fact of a balance transaction has. */
export function baseOf(row: BalanceRow, context: NormaliseContext): Base {
  return {
    source: { provider: PROVIDER, accountId: context.accountId, objectId: row.id },
    occurredAt: row.occurredAt,
    references: referencesOf(row, context),
    description: row.description ?? `Stripe ${row.type.replaceAll('_', ' ')} ${row.sourceId ?? row.id}`,
  };
}

/** Which reference a source is, by the prefix of its id: all that is left when the source did not come along. */
const BY_PREFIX: readonly (readonly [RegExp, string])[] = [
  [/^(ch|py)_/, 'charge'],
  [/^(re|pyr)_/, 'refund'],
  [/^(du|dp)_/, 'dispute'],
  [/^po_/, 'payout'],
];

const KINDS = new Set(BY_PREFIX.map(([, kind]) => kind));

/** The reference under which a source is spoken of, or null for kinds that nothing refers to. */
export function sourceKind(sourceId: string | null, source: Json): string | null {
  const object = textOf(source, 'object');
  if (object !== null) return KINDS.has(object) ? object : null;
  return BY_PREFIX.find(([pattern]) => pattern.test(sourceId ?? ''))?.[1] ?? null;
}

function referencesOf(row: BalanceRow, context: NormaliseContext): References {
  const kind = sourceKind(row.sourceId, row.source);
  const paymentIntent = idOf(row.source, 'payment_intent');
  const charge = kind === 'charge' ? row.sourceId : idOf(row.source, 'charge');
  return compact({
    ...(kind === null ? {} : { [kind]: row.sourceId }),
    charge,
    payment_intent: paymentIntent,
    invoice: invoicePaymentOf({ paymentIntent, charge }, context)?.invoiceId ?? null,
  });
}

/** Without the references that are not known. */
export function compact(references: Readonly<Record<string, string | null>>): References {
  return Object.fromEntries(Object.entries(references).flatMap(([key, id]) => (id === null ? [] : [[key, id]])));
}
