import { flagAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { msDate } from '../basics/dates.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { ACCOUNT_CLASSES } from './account-types.ts';
import { choiceAt, shortText } from './fields.ts';
import { taxRateNamed } from './references.ts';
import type { KindRules } from './rules.ts';

/** Lengths. Source: Xero, Accounts. */
const MAX_CODE = 10;
const MAX_NAME = 150;
const BANK_ACCOUNT_TYPES = ['BANK', 'CREDITCARD', 'PAYPAL', 'NONE', ''] as const;

/** The chart of accounts. */
export const accountRules: KindRules = {
  kind: 'Account',
  plural: 'Accounts',
  idField: 'AccountID',
  isPaged: false,
  knowsModified: true,
  create: (organisation, input) => organisation.create('Account', accountData(organisation, input, undefined)),
  update(organisation, record, input) {
    if (input.Status === 'ARCHIVED') refuseArchiving(record);
    return organisation.change(record, accountData(organisation, input, record));
  },
  view: (_organisation, record) => ({
    AccountID: record.id,
    ...record.data,
    Class: ACCOUNT_CLASSES[textAt(record.data, 'Type') ?? '']!,
    HasAttachments: false,
    UpdatedDateUTC: msDate(record.updatedAt),
  }),
};

/** Takes an account away that nothing was ever posted to. */
export function deleteAccount(organisation: Organisation, record: XeroRecord): XeroRecord {
  refuseArchiving(record);
  const { ledger } = organisation.world;
  const isUsed = ledger
    .journals(organisation.tenantId)
    .some(({ entries }) => entries.some(({ accountId }) => accountId === record.id));
  if (isUsed) throw new Invalid('This account cannot be deleted as it has transactions. It can be archived instead.');
  return organisation.change(record, { ...record.data, Status: 'DELETED' });
}

function refuseArchiving({ data }: XeroRecord): void {
  if (data.SystemAccount !== undefined) throw new Invalid('System accounts cannot be archived or deleted.');
}

function accountData(organisation: Organisation, input: JsonObject, before: XeroRecord | undefined): JsonObject {
  const merged: JsonObject = { ...before?.data, ...input };
  const type = textAt(merged, 'Type');
  if (type === undefined || ACCOUNT_CLASSES[type] === undefined) throw new Invalid('A valid account Type is needed.');
  if (before !== undefined && before.data.Type !== type) throw new Invalid('The Type of an account cannot be changed.');
  const code = shortText(merged, 'Code', MAX_CODE);
  const name = shortText(merged, 'Name', MAX_NAME);
  const isBank = type === 'BANK';
  if (name === undefined || name === '') throw new Invalid('A Name is needed.');
  if (!isBank && (code === undefined || code === '')) throw new Invalid('A Code is needed.');
  if (isBank && (textAt(merged, 'BankAccountNumber') ?? '') === '')
    throw new Invalid('A BankAccountNumber is needed for a bank account.');
  refuseTaken(organisation, before, { Name: name, ...(code === undefined ? {} : { Code: code }) });
  const taxType = textAt(merged, 'TaxType') ?? 'NONE';
  taxRateNamed(organisation, taxType);
  const system = before?.data.SystemAccount;
  return {
    ...(code === undefined ? {} : { Code: code }),
    Name: name,
    Status: choiceAt(merged, 'Status', ['ACTIVE', 'ARCHIVED'], 'ACTIVE'),
    Type: type,
    TaxType: taxType,
    ...(textAt(merged, 'Description') === undefined ? {} : { Description: merged.Description }),
    EnablePaymentsToAccount: flagAt(merged, 'EnablePaymentsToAccount') ?? false,
    ShowInExpenseClaims: flagAt(merged, 'ShowInExpenseClaims') ?? false,
    ...(system === undefined ? {} : { SystemAccount: system }),
    ...(isBank ? bankPart(organisation, merged) : {}),
  };
}

function bankPart(organisation: Organisation, merged: JsonObject): JsonObject {
  return {
    BankAccountNumber: merged.BankAccountNumber,
    BankAccountType: choiceAt(merged, 'BankAccountType', BANK_ACCOUNT_TYPES, 'BANK'),
    CurrencyCode: organisation.currency,
  };
}

function refuseTaken(organisation: Organisation, before: XeroRecord | undefined, names: Record<string, string>): void {
  for (const [field, value] of Object.entries(names)) {
    const others = organisation.named('Account', field, value);
    const isTaken = others.some(({ id, data }) => id !== before?.id && data.Status !== 'DELETED');
    if (isTaken) throw new Invalid(`Please enter a unique ${field}.`);
  }
}
