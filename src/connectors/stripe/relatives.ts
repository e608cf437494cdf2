import { fieldOf, type RecordRef, type SourceRecord } from '../sdk/index.ts';
import { sourceKind } from './fact-base.ts';
import { refsBy } from './invoice-of.ts';
import { idOf } from './json-fields.ts';

/** Records that `normalise` looks at for this one. */
export function stripeRelatives({ stream, body }: SourceRecord): readonly RecordRef[] {
  if (stream === 'balance_transactions') return balanceRelatives(idOf(body, 'source'), body);
  if (stream === 'disputes') {
    return refsBy('invoice_payments', { paymentIntent: idOf(body, 'payment_intent'), charge: idOf(body, 'charge') });
  }
  if (stream === 'invoice_payments') return refs('invoices', idOf(body, 'invoice'));
  return [];
}

function balanceRelatives(sourceId: string | null, body: SourceRecord['body']): readonly RecordRef[] {
  const source = fieldOf(body, 'source');
  const kind = sourceKind(sourceId, source);
  if (kind === 'payout') return refs('payouts', sourceId);
  const ids = {
    paymentIntent: idOf(source, 'payment_intent'),
    charge: kind === 'charge' ? sourceId : idOf(source, 'charge'),
  };
  const sessions = kind === 'charge' ? refs('checkout_sessions', ids.paymentIntent) : [];
  return [...refsBy('invoice_payments', ids), ...sessions];
}

function refs(stream: string, externalId: string | null): RecordRef[] {
  return externalId === null ? [] : [{ stream, externalId }];
}
