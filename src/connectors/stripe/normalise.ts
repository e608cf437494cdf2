import type { Json } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import { type NormaliseContext, type Normalised, type SourceRecord, Unreadable } from '../sdk/index.ts';
import { balanceFacts } from './normalise-balance.ts';
import { disputeLostFacts } from './normalise-dispute.ts';
import { invoiceFacts } from './normalise-invoice.ts';
import { payoutItemsFact } from './normalise-payout.ts';

type Reader = (body: Json, context: NormaliseContext) => Normalised;

/** Streams without an entry are only looked at by others: their records mean nothing alone. */
const READERS: Readonly<Record<string, Reader>> = {
  balance_transactions: balanceFacts,
  disputes: (body, context) => only(disputeLostFacts(body, context)),
  invoices: (body, context) => only(invoiceFacts(body, context)),
  payout_items: (body, context) => only([payoutItemsFact(body, context)]),
};

/** What a record means; every field that cannot be read is a problem. */
export function normaliseStripe(record: SourceRecord, context: NormaliseContext): Normalised {
  const reader = Object.hasOwn(READERS, record.stream) ? READERS[record.stream] : undefined;
  if (reader === undefined || record.deleted) return only([]);
  try {
    return reader(record.body, context);
  } catch (error) {
    if (error instanceof Unreadable) return { facts: [], problems: error.problems };
    throw error;
  }
}

function only(facts: readonly Fact[]): Normalised {
  return { facts, problems: [] };
}
