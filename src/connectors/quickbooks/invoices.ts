import type { JsonObject, LedgerList, OpenInvoice } from '../sdk/index.ts';
import { decimalText } from './decimal.ts';
import { saysVoided } from './marker.ts';
import { pageRequest, readPage } from './paging.ts';
import { literal } from './query.ts';
import { referenceOf, requireText, textOf, unreadable } from './shape.ts';

/** Invoices with a document number; more than one where numbers are not enforced. */
export const invoicesByNumber: LedgerList<{ readonly number: string }, OpenInvoice> = {
  request: (companyId, { number }, page) =>
    pageRequest(companyId, { entity: 'Invoice', where: [`DocNumber = ${literal(number)}`] }, page),
  read(_query, page, body) {
    const { rows, next } = readPage('Invoice', page, body);
    return { rows: rows.map(invoiceOf), next };
  },
};

function invoiceOf(row: JsonObject): OpenInvoice {
  const total = decimalText(row.TotalAmt) ?? unreadable('TotalAmt');
  return {
    documentId: requireText(row, 'Id'),
    number: textOf(row.DocNumber) ?? '',
    customerId: referenceOf(row, 'CustomerRef') ?? unreadable('CustomerRef'),
    // Empty where the company has one currency only and the invoice does not repeat it.
    currency: referenceOf(row, 'CurrencyRef') ?? '',
    balance: decimalText(row.Balance) ?? unreadable('Balance'),
    voided: row.status === 'Voided' || (/^-?0*\.?0*$/.test(total) && saysVoided(textOf(row.PrivateNote) ?? '')),
  };
}
