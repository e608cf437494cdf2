import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { dayString, msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import type { XeroRecord } from '../store/record.ts';
import type { KindRules } from './rules.ts';
import { allocationsTo, settledOf } from './settlement.ts';
import { tradeRules } from './trade-document.ts';

/** Sales invoices (ACCREC) and bills (ACCPAY). */
export const invoiceRules: KindRules = tradeRules({
  kind: 'Invoice',
  plural: 'Invoices',
  idField: 'InvoiceID',
  numberField: 'InvoiceNumber',
  types: ['ACCREC', 'ACCPAY'],
  prefix: 'INV',
  settlementView(organisation, record) {
    const settled = settledOf(organisation, record);
    const isOpen = record.data.Status === 'VOIDED' || record.data.Status === 'DELETED';
    return {
      AmountDue: money(isOpen ? 0n : settled.outstanding),
      AmountPaid: money(settled.paid),
      AmountCredited: money(settled.credited),
      Payments: settled.payments.map(paymentView),
      CreditNotes: settled.creditNotes.flatMap((note) => creditViews(note, record.id)),
      Prepayments: [],
      Overpayments: [],
      IsDiscounted: false,
    };
  },
});

/** A payment as it stands inside of the document it settles. */
export function paymentView({ id, data }: XeroRecord): JsonObject {
  return {
    PaymentID: id,
    Date: msDay(textAt(data, 'Date')!),
    Amount: data.Amount,
    Reference: data.Reference,
    CurrencyRate: data.CurrencyRate,
    HasAccount: false,
    HasValidationErrors: false,
  };
}

function creditViews(note: XeroRecord, invoiceId: string): JsonObject[] {
  return allocationsTo(note, invoiceId).map((allocation) => ({
    CreditNoteID: note.id,
    CreditNoteNumber: note.data.CreditNoteNumber,
    AppliedAmount: allocation.Amount,
    DateString: dayString(textAt(allocation, 'Date')!),
    Date: msDay(textAt(allocation, 'Date')!),
    Total: note.data.Total,
    LineItems: [],
    HasErrors: false,
  }));
}
