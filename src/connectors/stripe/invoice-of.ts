import type { Json } from '../../kernel/json.ts';
import type { NormaliseContext, RecordRef, SourceRecord } from '../sdk/index.ts';
import { invoicePaymentSchema } from './schemas.ts';

/** The ids by which a charge is known to invoices and sessions. */
export interface PaymentIds {
  readonly paymentIntent: string | null;
  readonly charge: string | null;
}

export interface InvoicePaid {
  readonly invoiceId: string;
  /** The invoice's own record when it is stored, else the copy inside the payment; null when only the id is known. */
  readonly invoice: Json;
  /** In the smallest unit of the invoice's currency; null while nothing is paid. */
  readonly amountPaid: bigint | null;
}

/** The invoice that a payment belongs to. A payment that was cancelled belongs to none. */
export function invoicePaymentOf(ids: PaymentIds, context: NormaliseContext): InvoicePaid | null {
  const record = relatedBy('invoice_payments', ids, context);
  const payment = invoicePaymentSchema.safeParse(record?.body);
  if (!payment.success || payment.data.status === 'canceled') return null;
  const { invoice, amount_paid } = payment.data;
  const invoiceId = typeof invoice === 'string' ? invoice : invoice.id;
  const own = context.related({ stream: 'invoices', externalId: invoiceId });
  const copy = typeof invoice === 'string' ? null : (invoice as Json);
  return { invoiceId, invoice: own?.body ?? copy, amountPaid: amount_paid ?? null };
}

/** The first record of a stream that one of the ids leads to. */
export function relatedBy(stream: string, ids: PaymentIds, context: NormaliseContext): SourceRecord | null {
  for (const ref of refsBy(stream, ids)) {
    const record = context.related(ref);
    if (record) return record;
  }
  return null;
}

export function refsBy(stream: string, { paymentIntent, charge }: PaymentIds): RecordRef[] {
  return [paymentIntent, charge].flatMap((externalId) => (externalId === null ? [] : [{ stream, externalId }]));
}
