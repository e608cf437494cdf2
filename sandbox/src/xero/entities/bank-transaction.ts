import { flagAt, minorAt, objectAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { isList, type JsonObject } from '../../core/exact/json.ts';
import { dayString, msDate, msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Journal } from '../books/ledger.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { contactOfDocument } from './contact.ts';
import { choiceAt, dayAt, given, picked, shortText } from './fields.ts';
import { AMOUNT_TYPES, type AmountTypes, lineEntries, readLines, totalsOf } from './lines.ts';
import { accountNamed, accountReference, contactReference } from './references.ts';
import type { KindRules, WriteHow } from './rules.ts';

const MAX_REFERENCE = 255;

/** Money spent and received; the two sides of a transfer can be read here and are made as bank transfers. */
export const bankTransactionRules: KindRules = {
  kind: 'BankTransaction',
  plural: 'BankTransactions',
  idField: 'BankTransactionID',
  isPaged: true,
  knowsModified: true,
  create(organisation, input, how) {
    const record = organisation.create('BankTransaction', bankData(organisation, input, undefined, how));
    organisation.post(record, journalOf(organisation, record.data));
    return record;
  },
  update(organisation, record, input, how) {
    refuseFixed(record, input);
    const data =
      input.Status === 'DELETED' ? { ...record.data, Status: 'DELETED' } : bankData(organisation, input, record, how);
    const changed = organisation.change(record, data);
    organisation.post(changed, journalOf(organisation, changed.data));
    return changed;
  },
  view(organisation, record, isFull) {
    const { ContactID, BankAccountID, Date: day, LineItems, ...rest } = record.data;
    return {
      BankTransactionID: record.id,
      ...rest,
      BankAccount: accountReference(organisation, String(BankAccountID)),
      ...(ContactID === undefined ? {} : { Contact: contactReference(organisation, String(ContactID)) }),
      DateString: dayString(String(day)),
      Date: msDay(String(day)),
      LineItems: isFull ? LineItems : [],
      CurrencyCode: organisation.currency,
      CurrencyRate: Decimal.of(1),
      HasAttachments: false,
      UpdatedDateUTC: msDate(record.updatedAt),
    };
  },
};

function refuseFixed({ data }: XeroRecord, input: JsonObject): void {
  if (data.Status !== 'AUTHORISED') throw new Invalid('Bank transaction not of valid status for modification');
  if (isTransferSide(data)) throw new Invalid('Bank transactions of transfers cannot be edited.');
  if (data.IsReconciled === true)
    throw new Invalid(
      input.Status === 'DELETED'
        ? 'This Bank Transaction cannot be deleted as it is reconciled.'
        : 'This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.',
    );
}

function isTransferSide(data: JsonObject): boolean {
  return textAt(data, 'Type')?.endsWith('-TRANSFER') === true;
}

function typeOf(input: JsonObject, before: XeroRecord | undefined): 'RECEIVE' | 'SPEND' {
  const type = textAt(input, 'Type') ?? textAt(before?.data, 'Type');
  if (type === 'RECEIVE-TRANSFER' || type === 'SPEND-TRANSFER')
    throw new Invalid('Transfers are made with the BankTransfers endpoint.');
  if (before !== undefined && type !== before.data.Type)
    throw new Invalid('The Type of a bank transaction cannot be changed.');
  return choiceAt({ Type: type }, 'Type', ['RECEIVE', 'SPEND'], 'SPEND');
}

function bankData(
  organisation: Organisation,
  input: JsonObject,
  before: XeroRecord | undefined,
  how: WriteHow,
): JsonObject {
  const old = before?.data;
  if (before === undefined && input.Type === undefined) throw new Invalid('A Type is needed.');
  const type = typeOf(input, before);
  choiceAt(input, 'Status', ['AUTHORISED'], 'AUTHORISED');
  const bank = accountNamed(organisation, given(objectAt(input, 'BankAccount')), 'Code');
  const bankId = bank?.id ?? textAt(old, 'BankAccountID');
  if (bankId === undefined) throw new Invalid('A BankAccount is needed.');
  if (bank !== undefined && bank.data.Type !== 'BANK') throw new Invalid('The BankAccount must be a bank account.');
  const amountTypes = choiceAt<AmountTypes>(
    input,
    'LineAmountTypes',
    AMOUNT_TYPES,
    (textAt(old, 'LineAmountTypes') as AmountTypes | undefined) ?? 'Exclusive',
  );
  const oldLines = objectsAt(old, 'LineItems');
  const sent = isList(input.LineItems) ? objectsAt(input, 'LineItems') : oldLines;
  if (sent.length === 0) throw new Invalid('One or more line items must be specified');
  const lines = readLines(organisation, sent, oldLines, {
    amountTypes,
    unitDecimals: sent === oldLines ? 4 : how.unitDecimals,
    side: type === 'RECEIVE' ? 'sale' : 'purchase',
    needsAccount: true,
    mayUse: ({ data }) =>
      data.Type !== 'BANK' && data.SystemAccount !== 'DEBTORS' && data.SystemAccount !== 'CREDITORS',
  });
  const totals = totalsOf(lines, amountTypes);
  if (totals.total <= 0n) throw new Invalid('The document total must be greater than zero');
  const contact =
    before !== undefined && input.Contact === undefined
      ? textAt(old, 'ContactID')
      : contactOfDocument(organisation, input).id;
  return {
    Type: type,
    ContactID: contact,
    BankAccountID: bankId,
    Date: dayAt(input, 'Date') ?? textAt(old, 'Date') ?? organisation.today(),
    Reference: shortText(input, 'Reference', MAX_REFERENCE) ?? textAt(old, 'Reference') ?? '',
    ...picked({ ...old, ...input }, ['Url']),
    Status: 'AUTHORISED',
    IsReconciled: flagAt(input, 'IsReconciled') ?? flagAt(old, 'IsReconciled') ?? false,
    LineAmountTypes: amountTypes,
    LineItems: lines,
    SubTotal: money(totals.subTotal),
    TotalTax: money(totals.totalTax),
    Total: money(totals.total),
  };
}

/** The transfer itself posts; its two sides only show it. */
function journalOf(organisation: Organisation, data: JsonObject): Journal | undefined {
  if (data.Status !== 'AUTHORISED' || isTransferSide(data)) return undefined;
  const sign = data.Type === 'RECEIVE' ? 1n : -1n;
  const lines = lineEntries(
    organisation,
    objectsAt(data, 'LineItems'),
    textAt(data, 'LineAmountTypes') as AmountTypes,
    sign === 1n ? -1n : 1n,
  );
  const total = { accountId: textAt(data, 'BankAccountID')!, amount: (minorAt(data, 'Total') ?? 0n) * sign };
  return { date: textAt(data, 'Date')!, entries: [total, ...lines] };
}
