import { flagAt, minorAt, objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { msDate, msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Journal } from '../books/ledger.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { dayAt, given, shortText } from './fields.ts';
import { accountNamed, accountReference, contactReference, systemAccount } from './references.ts';
import type { KindRules } from './rules.ts';
import { settledOf, touchSettled } from './settlement.ts';
import { amountWithin, tradeTypeOf } from './trade-document.ts';

const PAYMENT_TYPES: Readonly<Record<string, string>> = {
  ACCREC: 'ACCRECPAYMENT',
  ACCPAY: 'ACCPAYPAYMENT',
  ACCRECCREDIT: 'ARCREDITPAYMENT',
  ACCPAYCREDIT: 'APCREDITPAYMENT',
};
const MAX_REFERENCE = 255;

/** Money against an invoice, or a refund of a credit note. Nothing of a payment can be changed: it can be deleted. */
export const paymentRules: KindRules = {
  kind: 'Payment',
  plural: 'Payments',
  idField: 'PaymentID',
  isPaged: true,
  knowsModified: true,
  create(organisation, input) {
    const settled = settledDocument(organisation, input);
    const record = organisation.create('Payment', paymentData(organisation, input, settled));
    organisation.post(record, journalOf(organisation, record, settled));
    touchSettled(organisation, settled);
    return record;
  },
  update(organisation, record, input) {
    if (record.data.Status === 'DELETED') throw new Invalid('Payment not of valid status for modification');
    if (input.Status !== 'DELETED') throw new Invalid('Payments cannot be edited; they can be deleted and made again.');
    if (record.data.IsReconciled === true) throw new Invalid('Payment cannot be deleted as it is reconciled.');
    const deleted = organisation.change(record, { ...record.data, Status: 'DELETED' });
    organisation.post(deleted, undefined);
    touchSettled(organisation, documentOf(organisation, record));
    return deleted;
  },
  view(organisation, record, isFull) {
    const { SettlesID: _settles, SettlesKind, AccountID, Date: day, ...rest } = record.data;
    const document = documentOf(organisation, record);
    const name = String(SettlesKind);
    return {
      PaymentID: record.id,
      ...rest,
      Date: msDay(String(day)),
      BankAmount: record.data.Amount,
      HasAccount: true,
      Account: accountReference(organisation, String(AccountID)),
      [name]: settledView(organisation, document, isFull),
      HasValidationErrors: false,
      UpdatedDateUTC: msDate(record.updatedAt),
      UpdatedDateUTCString: `${new Date(record.updatedAt).toISOString().slice(0, 19)}Z`,
    };
  },
};

function settledView(organisation: Organisation, document: XeroRecord, isFull: boolean): JsonObject {
  const { Type, ContactID } = document.data;
  const number = document.kind === 'Invoice' ? 'InvoiceNumber' : 'CreditNoteNumber';
  return {
    [`${document.kind}ID`]: document.id,
    Type,
    [number]: document.data[number],
    Contact: contactReference(organisation, String(ContactID)),
    ...(isFull ? { LineItems: document.data.LineItems } : { LineItems: [] }),
    HasErrors: false,
  };
}

function documentOf(organisation: Organisation, payment: XeroRecord): XeroRecord {
  const kind = textAt(payment.data, 'SettlesKind') === 'CreditNote' ? 'CreditNote' : 'Invoice';
  return organisation.get(kind, textAt(payment.data, 'SettlesID')!)!;
}

function settledDocument(organisation: Organisation, input: JsonObject): XeroRecord {
  const byName = (kind: 'Invoice' | 'CreditNote') => {
    const named = given(objectAt(input, kind));
    const number = textAt(named, `${kind}Number`) ?? textAt(input, `${kind}Number`);
    const id = textAt(named, `${kind}ID`);
    return id === undefined
      ? number === undefined
        ? undefined
        : organisation.named(kind, `${kind}Number`, number).find(({ data }) => data.Status !== 'DELETED')
      : organisation.get(kind, id);
  };
  const found = byName('Invoice') ?? byName('CreditNote');
  if (found === undefined) throw new Invalid('A valid invoice or credit note to pay is needed.');
  return found;
}

function paymentData(organisation: Organisation, input: JsonObject, settled: XeroRecord): JsonObject {
  const status = textAt(settled.data, 'Status');
  if (status !== 'AUTHORISED' && status !== 'PAID')
    throw new Invalid('Payments can only be made against Authorised documents');
  const left = settledOf(organisation, settled).outstanding;
  const amount = amountWithin(input, left, 'Payment amount exceeds the amount outstanding on this document');
  const named = { ...given(objectAt(input, 'Account')) };
  const account = accountNamed(organisation, named, 'Code');
  if (account === undefined) throw new Invalid('An Account to pay to or from is needed.');
  if (account.data.Type !== 'BANK' && account.data.EnablePaymentsToAccount !== true)
    throw new Invalid('The account is neither a bank account nor enabled for payments.');
  return {
    SettlesKind: settled.kind,
    SettlesID: settled.id,
    AccountID: account.id,
    Date: dayAt(input, 'Date') ?? organisation.today(),
    Amount: money(amount),
    CurrencyRate: Decimal.of(1),
    Reference: shortText(input, 'Reference', MAX_REFERENCE) ?? '',
    PaymentType: PAYMENT_TYPES[textAt(settled.data, 'Type') ?? ''],
    Status: 'AUTHORISED',
    IsReconciled: flagAt(input, 'IsReconciled') ?? false,
  };
}

function journalOf(organisation: Organisation, payment: XeroRecord, settled: XeroRecord): Journal {
  const { control, sign } = tradeTypeOf(settled);
  const amount = (minorAt(payment.data, 'Amount') ?? 0n) * sign;
  return {
    date: textAt(payment.data, 'Date')!,
    entries: [
      { accountId: textAt(payment.data, 'AccountID')!, amount },
      { accountId: systemAccount(organisation, control).id, amount: -amount },
    ],
  };
}
