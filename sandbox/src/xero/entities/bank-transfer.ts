import { objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { dayString, msDate, msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { dayAt, given, numberAt, shortText } from './fields.ts';
import { accountNamed, accountReference } from './references.ts';
import type { KindRules } from './rules.ts';

const MAX_REFERENCE = 255;

/** Money between two bank accounts, which also shows as two bank transactions. It can be deleted and not be edited. */
export const bankTransferRules: KindRules = {
  kind: 'BankTransfer',
  plural: 'BankTransfers',
  idField: 'BankTransferID',
  isPaged: false,
  knowsModified: true,
  create(organisation, input) {
    const from = bankAccount(organisation, input, 'FromBankAccount');
    const to = bankAccount(organisation, input, 'ToBankAccount');
    if (from.id === to.id) throw new Invalid('The accounts of a transfer must be different.');
    const amount = numberAt(input, 'Amount')?.toMinor() ?? 0n;
    if (amount <= 0n) throw new Invalid('The amount must be greater than zero');
    const common = {
      Date: dayAt(input, 'Date') ?? organisation.today(),
      Reference: shortText(input, 'Reference', MAX_REFERENCE) ?? '',
      Status: 'AUTHORISED',
    };
    const side = (type: string, account: XeroRecord) =>
      organisation.create('BankTransaction', {
        ...common,
        Type: type,
        BankAccountID: account.id,
        IsReconciled: false,
        LineAmountTypes: 'NoTax',
        LineItems: [],
        SubTotal: money(amount),
        TotalTax: money(0n),
        Total: money(amount),
      });
    const record = organisation.create('BankTransfer', {
      ...common,
      FromBankAccountID: from.id,
      ToBankAccountID: to.id,
      Amount: money(amount),
      FromBankTransactionID: side('SPEND-TRANSFER', from).id,
      ToBankTransactionID: side('RECEIVE-TRANSFER', to).id,
    });
    const entries = [
      { accountId: to.id, amount },
      { accountId: from.id, amount: -amount },
    ];
    organisation.post(record, { date: common.Date, entries });
    return record;
  },
  update(organisation, record, input) {
    if (record.data.Status === 'DELETED') throw new Invalid('Bank transfer not of valid status for modification');
    if (input.Status !== 'DELETED') throw new Invalid('Bank transfers cannot be edited.');
    const sides = sidesOf(organisation, record);
    if (sides.some(({ data }) => data.IsReconciled === true))
      throw new Invalid('The bank transfer cannot be deleted as it is reconciled.');
    for (const side of sides) organisation.change(side, { ...side.data, Status: 'DELETED' });
    const deleted = organisation.change(record, { ...record.data, Status: 'DELETED' });
    organisation.post(deleted, undefined);
    return deleted;
  },
  view(organisation, record) {
    const { FromBankAccountID, ToBankAccountID, Date: day, ...rest } = record.data;
    const [from, to] = sidesOf(organisation, record);
    return {
      BankTransferID: record.id,
      ...rest,
      DateString: dayString(String(day)),
      Date: msDay(String(day)),
      FromBankAccount: accountReference(organisation, String(FromBankAccountID)),
      ToBankAccount: accountReference(organisation, String(ToBankAccountID)),
      FromIsReconciled: from!.data.IsReconciled,
      ToIsReconciled: to!.data.IsReconciled,
      CurrencyRate: Decimal.of(1),
      HasAttachments: false,
      CreatedDateUTC: msDate(record.createdAt),
    };
  },
  isHidden: ({ data }, parameters) =>
    data.Status === 'DELETED' && parameters.get('includeDeleted')?.toLowerCase() !== 'true',
};

function sidesOf(organisation: Organisation, { data }: XeroRecord): XeroRecord[] {
  return ['FromBankTransactionID', 'ToBankTransactionID'].map(
    (name) => organisation.get('BankTransaction', textAt(data, name)!)!,
  );
}

function bankAccount(organisation: Organisation, input: JsonObject, name: string): XeroRecord {
  const account = accountNamed(organisation, given(objectAt(input, name)), 'Code');
  if (account === undefined || account.data.Type !== 'BANK') throw new Invalid(`${name} must be a bank account.`);
  return account;
}
