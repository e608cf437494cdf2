import { minorAt, objectsAt, textAt } from '../../core/exact/access.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';

/** How much of an invoice or credit note is settled, in minor units. */
export interface Settled {
  readonly paid: bigint;
  /** Given to an invoice by credit notes. */
  readonly credited: bigint;
  /** Given by a credit note to invoices. */
  readonly allocated: bigint;
  readonly outstanding: bigint;
  /** The day of the last thing that settled it. */
  readonly lastDay: string | undefined;
  readonly payments: readonly XeroRecord[];
  readonly creditNotes: readonly XeroRecord[];
}

/** Adds up what settles a document. */
export function settledOf(organisation: Organisation, record: XeroRecord): Settled {
  const settling = organisation.settling(record.id);
  const payments = settling.filter(({ kind, data }) => kind === 'Payment' && data.Status === 'AUTHORISED');
  const creditNotes = settling.filter(({ kind }) => kind === 'CreditNote');
  const incoming = creditNotes.flatMap((note) => allocationsTo(note, record.id));
  const outgoing = objectsAt(record.data, 'Allocations');
  const sum = (objects: readonly Parameters<typeof minorAt>[0][]) =>
    objects.reduce((total, object) => total + (minorAt(object, 'Amount') ?? 0n), 0n);
  const [paid, credited, allocated] = [sum(payments.map(({ data }) => data)), sum(incoming), sum(outgoing)];
  const days = [...payments.map(({ data }) => data), ...incoming, ...outgoing].map(
    (each) => textAt(each, 'Date') ?? '',
  );
  const outstanding = (minorAt(record.data, 'Total') ?? 0n) - paid - credited - allocated;
  return { paid, credited, allocated, outstanding, lastDay: days.sort().at(-1), payments, creditNotes };
}

/** The allocations of a credit note to one invoice. */
export function allocationsTo(note: XeroRecord, invoiceId: string) {
  return objectsAt(note.data, 'Allocations').filter((allocation) => allocation.InvoiceID === invoiceId);
}

/** Tells a document that what settles it has changed: its status follows, and it counts as updated. */
export function touchSettled(organisation: Organisation, record: XeroRecord): XeroRecord {
  const current = organisation.get(record.kind, record.id)!;
  const isPaid = settledOf(organisation, current).outstanding === 0n;
  return organisation.change(current, { ...current.data, Status: isPaid ? 'PAID' : 'AUTHORISED' });
}
