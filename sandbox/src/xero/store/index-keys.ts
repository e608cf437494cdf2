import { objectsAt, textAt } from '../../core/exact/access.ts';
import type { Kind, XeroRecord } from './record.ts';

/** Under which names a record is found without reading all: its numbers and names, and the documents it settles. */
export function indexKeys({ kind, data }: Pick<XeroRecord, 'kind' | 'data'>): readonly string[] {
  const named = NAMES[kind].flatMap((field) => {
    const value = textAt(data, field);
    return value === undefined || value === '' ? [] : [nameKey(kind, field, value)];
  });
  const settled = textAt(data, 'SettlesID');
  const allocated = objectsAt(data, 'Allocations').map((allocation) => textAt(allocation, 'InvoiceID') ?? '');
  return [...named, ...(settled === undefined ? [] : [settledKey(settled)]), ...allocated.map(settledKey)];
}

const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  Account: ['Code', 'Name', 'SystemAccount'],
  BankTransaction: [],
  BankTransfer: [],
  Contact: ['Name', 'ContactNumber'],
  CreditNote: ['CreditNoteNumber'],
  Invoice: ['InvoiceNumber'],
  Item: ['Code'],
  ManualJournal: [],
  Payment: [],
  TaxRate: ['TaxType', 'Name'],
};

/** Names are compared without regard to case. */
export function nameKey(kind: Kind, field: string, value: string): string {
  return `${kind}.${field}=${value.toLowerCase()}`;
}

/** Finds the payments and credit notes that settle a document. */
export function settledKey(id: string): string {
  return `settles=${id}`;
}
