import { decimalAt, flagAt, minorAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { isList, type JsonObject } from '../../core/exact/json.ts';
import { msDate, msDay } from '../basics/dates.ts';
import { amountText, money, taxInside, taxOnTop } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Journal } from '../books/ledger.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { choiceAt, dayAt, given, numberAt, picked } from './fields.ts';
import { AMOUNT_TYPES, type AmountTypes, lineEntries } from './lines.ts';
import { accountNamed, taxRateNamed } from './references.ts';
import type { KindRules } from './rules.ts';

const STATUSES = ['DRAFT', 'POSTED', 'DELETED', 'VOIDED'] as const;
type Status = (typeof STATUSES)[number];
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  DRAFT: ['DRAFT', 'POSTED', 'DELETED'],
  POSTED: ['POSTED', 'VOIDED'],
  DELETED: [],
  VOIDED: [],
};
/** Accounts of the ledger that a journal may not touch, besides bank accounts. */
const CLOSED = ['DEBTORS', 'CREDITORS', 'RETAINEDEARNINGS'];

/** Journals made by hand: debits are positive, and the sum is zero. */
export const manualJournalRules: KindRules = {
  kind: 'ManualJournal',
  plural: 'ManualJournals',
  idField: 'ManualJournalID',
  isPaged: true,
  knowsModified: true,
  create(organisation, input) {
    const record = organisation.create('ManualJournal', journalData(organisation, input, undefined));
    organisation.post(record, journalOf(organisation, record.data));
    return record;
  },
  update(organisation, record, input) {
    const changed = organisation.change(record, journalData(organisation, input, record));
    organisation.post(changed, journalOf(organisation, changed.data));
    return changed;
  },
  view(_organisation, record, isFull) {
    const { Date: day, JournalLines, ...rest } = record.data;
    return {
      ManualJournalID: record.id,
      ...rest,
      Date: msDay(String(day)),
      JournalLines: isFull ? JournalLines : [],
      HasAttachments: false,
      UpdatedDateUTC: msDate(record.updatedAt),
    };
  },
};

function journalData(organisation: Organisation, input: JsonObject, before: XeroRecord | undefined): JsonObject {
  const old = before?.data;
  const narration = textAt(input, 'Narration') ?? textAt(old, 'Narration') ?? '';
  if (narration === '') throw new Invalid('A Narration is needed.');
  const amountTypes = choiceAt<AmountTypes>(
    input,
    'LineAmountTypes',
    AMOUNT_TYPES,
    (textAt(old, 'LineAmountTypes') as AmountTypes | undefined) ?? 'NoTax',
  );
  const sent = isList(input.JournalLines) ? objectsAt(input, 'JournalLines') : objectsAt(old, 'JournalLines');
  if (sent.length < 2) throw new Invalid('A manual journal must have at least two lines.');
  const lines = sent.map((line) => journalLine(organisation, given(line), amountTypes));
  const sum = lineEntries(organisation, lines, amountTypes, 1n).reduce((total, { amount }) => total + amount, 0n);
  if (sum !== 0n) throw new Invalid(`The total debits must equal total credits; the difference is ${amountText(sum)}.`);
  return {
    Narration: narration,
    Date: dayAt(input, 'Date') ?? textAt(old, 'Date') ?? organisation.today(),
    Status: nextStatus(before, input),
    LineAmountTypes: amountTypes,
    JournalLines: lines,
    ...picked({ ...old, ...input }, ['Url']),
    ShowOnCashBasisReports: flagAt(input, 'ShowOnCashBasisReports') ?? flagAt(old, 'ShowOnCashBasisReports') ?? true,
  };
}

function nextStatus(before: XeroRecord | undefined, input: JsonObject): Status {
  if (before === undefined) return choiceAt(input, 'Status', ['DRAFT', 'POSTED'] as const, 'DRAFT');
  const current = textAt(before.data, 'Status') as Status;
  const status = choiceAt(input, 'Status', STATUSES, current);
  if (!NEXT[current].includes(status)) throw new Invalid('Manual journal not of valid status for modification');
  return status;
}

function journalLine(organisation: Organisation, line: JsonObject, amountTypes: AmountTypes): JsonObject {
  const account = accountNamed(organisation, line, 'AccountCode');
  if (account === undefined) throw new Invalid('Account code must be specified');
  const { Type, SystemAccount, Code } = account.data;
  if (Type === 'BANK' || Type === 'INVENTORY' || CLOSED.includes(String(SystemAccount)))
    throw new Invalid(
      `Account code '${textAt(account.data, 'Code') ?? account.id}' cannot be used in a manual journal.`,
    );
  const amount = numberAt(line, 'LineAmount')?.toMinor();
  if (amount === undefined) throw new Invalid('A LineAmount is needed.');
  return {
    ...(textAt(line, 'Description') === undefined ? {} : { Description: line.Description }),
    LineAmount: money(amount),
    ...(Code === undefined ? {} : { AccountCode: Code }),
    AccountID: account.id,
    ...lineTax(organisation, line, { amount, amountTypes, account }),
    Tracking: objectsAt(line, 'Tracking'),
    IsBlank: false,
  };
}

function lineTax(
  organisation: Organisation,
  line: JsonObject,
  { amount, amountTypes, account }: { amount: bigint; amountTypes: AmountTypes; account: XeroRecord },
): JsonObject {
  if (amountTypes === 'NoTax') return { TaxType: 'NONE', TaxAmount: money(0n) };
  const rate = taxRateNamed(organisation, textAt(line, 'TaxType') ?? textAt(account.data, 'TaxType') ?? 'NONE');
  const percent = decimalAt(rate.data, 'EffectiveRate') ?? Decimal.zero;
  const tax = amountTypes === 'Inclusive' ? taxInside(amount, percent) : taxOnTop(amount, percent);
  return { TaxType: rate.data.TaxType, TaxAmount: money(tax) };
}

function journalOf(organisation: Organisation, data: JsonObject): Journal | undefined {
  if (data.Status !== 'POSTED') return undefined;
  const lines = objectsAt(data, 'JournalLines').filter((line) => minorAt(line, 'LineAmount') !== 0n);
  const amountTypes = textAt(data, 'LineAmountTypes') as AmountTypes;
  return { date: textAt(data, 'Date')!, entries: lineEntries(organisation, lines, amountTypes, 1n) };
}
