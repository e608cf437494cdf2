import { objectAt, objectsAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import { Invalid, notFound } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { dayAt, given } from './fields.ts';
import { paymentView } from './invoice.ts';
import type { KindRules } from './rules.ts';
import { settledOf, touchSettled } from './settlement.ts';
import { amountWithin, tradeRules, tradeTypeOf } from './trade-document.ts';

/** Credit notes to customers (ACCRECCREDIT) and from suppliers (ACCPAYCREDIT). */
export const creditNoteRules: KindRules = tradeRules({
  kind: 'CreditNote',
  plural: 'CreditNotes',
  idField: 'CreditNoteID',
  numberField: 'CreditNoteNumber',
  types: ['ACCRECCREDIT', 'ACCPAYCREDIT'],
  prefix: 'CN',
  settlementView(organisation, record) {
    const settled = settledOf(organisation, record);
    const isGone = record.data.Status === 'VOIDED' || record.data.Status === 'DELETED';
    return {
      RemainingCredit: money(isGone ? 0n : settled.outstanding),
      Allocations: objectsAt(record.data, 'Allocations').map((each) => allocationView(organisation, each)),
      Payments: settled.payments.map(paymentView),
    };
  },
});

/** An allocation as it is answered. */
export function allocationView(organisation: Organisation, allocation: JsonObject): JsonObject {
  const invoice = organisation.get('Invoice', textAt(allocation, 'InvoiceID')!)!;
  return {
    AllocationID: allocation.AllocationID,
    Amount: allocation.Amount,
    Date: msDay(textAt(allocation, 'Date')!),
    Invoice: { InvoiceID: invoice.id, InvoiceNumber: invoice.data.InvoiceNumber, LineItems: [] },
    IsDeleted: false,
  };
}

/** Gives a part of a credit note to an invoice. The books stay as they are: both stand on the same control account. */
export function allocate(organisation: Organisation, note: XeroRecord, sent: JsonObject): JsonObject {
  const input = given(sent);
  if (note.data.Status !== 'AUTHORISED')
    throw new Invalid('Only approved credit notes with credit left can be allocated.');
  const named = given(objectAt(input, 'Invoice'));
  const invoice = organisation.get('Invoice', textAt(named, 'InvoiceID') ?? '');
  if (invoice === undefined || tradeTypeOf(invoice).control !== tradeTypeOf(note).control)
    throw new Invalid('A valid invoice to allocate to is needed.');
  if (invoice.data.Status !== 'AUTHORISED') throw new Invalid('Credit can be allocated to approved documents only.');
  if (invoice.data.ContactID !== note.data.ContactID)
    throw new Invalid('The invoice and the credit note must be of the same contact.');
  const left = settledOf(organisation, note).outstanding;
  amountWithin(input, left, 'The amount exceeds the remaining credit of the document');
  const due = settledOf(organisation, invoice).outstanding;
  const amount = amountWithin(input, due, 'The amount exceeds the amount outstanding on the invoice');
  const allocation = {
    AllocationID: organisation.newId(),
    InvoiceID: invoice.id,
    Amount: money(amount),
    Date: dayAt(input, 'Date') ?? organisation.today(),
  };
  const Allocations = [...objectsAt(note.data, 'Allocations'), allocation];
  organisation.change(note, { ...note.data, Allocations });
  touchSettled(organisation, note);
  touchSettled(organisation, invoice);
  return allocation;
}

/** Takes an allocation back. */
export function removeAllocation(organisation: Organisation, note: XeroRecord, allocationId: string): JsonObject {
  const all = objectsAt(note.data, 'Allocations');
  const found = all.find((each) => each.AllocationID === allocationId);
  if (found === undefined) throw notFound();
  const answer = allocationView(organisation, found);
  organisation.change(note, { ...note.data, Allocations: all.filter((each) => each !== found) });
  touchSettled(organisation, note);
  touchSettled(organisation, organisation.get('Invoice', textAt(found, 'InvoiceID')!)!);
  return { ...answer, IsDeleted: true };
}
