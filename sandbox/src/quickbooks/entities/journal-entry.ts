import { minorAt, objectAt, objectsAt, refAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, inHomeCurrency } from '../books/currency.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import { asParty, commonRefs, referred, refMember, refTo, required } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import { withLineIds } from './lines.ts';
import { openSide, refuseUnpostable } from './posting-rules.ts';
import { JOURNAL_LINES, TAX_CALCULATION, TAX_DETAIL, TRANSACTION } from './shapes.ts';
import type { TransactionKind } from './transaction-kind.ts';

/** A line as answered; one with only a description books nothing. */
interface JournalLine {
  readonly line: JsonObject;
  readonly entry?: EntryLine;
}
type BookedLine = Required<JournalLine>;

/** A journal entry: any accounts, debits equal to credits. */
export const journalEntryKind: TransactionKind = {
  entity: 'JournalEntry',
  shape: {
    ...TRANSACTION,
    Line: JOURNAL_LINES,
    Adjustment: 'flag',
    HomeCurrencyAdjustment: 'flag',
    GlobalTaxCalculation: TAX_CALCULATION,
    TxnTaxDetail: TAX_DETAIL,
    TotalAmt: 'readonly',
  },
  required: ['Line'],
  voidable: false,
  numbering: 'own',
  build: (company, draft) => {
    const read = objectsAt(draft.data, 'Line').map((line) => readLine(company, line));
    const lines = read.filter((line) => line.entry !== undefined) as readonly BookedLine[];
    refuseUnbalanced(lines);
    const currency = currencyOf(company, draft.data);
    const debits = lines.reduce((sum, { entry }) => (entry.amount > 0n ? sum + entry.amount : sum), 0n);
    return {
      data: {
        Adjustment: false,
        ...draft.data,
        ...commonRefs(company, draft.data),
        ...currencyMembers(company, currency, debits),
        Line: withLineIds(read.map(({ line }) => line)),
        TotalAmt: Decimal.fromMinor(debits),
      },
      lines: inHomeCurrency(
        currency,
        lines.map(({ entry }) => entry),
      ),
    };
  },
};

function readLine(company: Company, line: JsonObject): JournalLine {
  if (line.DetailType === 'DescriptionOnly') return { line };
  const detail = objectAt(line, 'JournalEntryLineDetail');
  const posting = textAt(detail, 'PostingType');
  if (detail === undefined || posting === undefined) throw missing('Line.JournalEntryLineDetail.PostingType');
  const sent = minorAt(line, 'Amount');
  if (sent === undefined) throw missing('Line.Amount');
  if (sent < 0n) throw businessRule('Amounts of a journal entry are positive; PostingType gives the direction.');
  if (refAt(detail, 'TaxCodeRef') !== undefined)
    throw businessRule('Journal entries of a US company take no tax codes.');
  const account = required(company, detail, { member: 'AccountRef', entity: 'Account' });
  const party = journalParty(company, detail);
  refuseUnpostable(account, party);
  const amount = posting === 'Debit' ? sent : -sent;
  return {
    entry: {
      account: account.id,
      amount,
      ...(party === undefined ? {} : { party: asParty(party) }),
      ...openSide(account, amount),
    },
    line: {
      ...line,
      Amount: Decimal.fromMinor(sent),
      JournalEntryLineDetail: {
        ...detail,
        AccountRef: refTo(account),
        ...(party === undefined ? {} : { Entity: { Type: party.entity, EntityRef: refTo(party) } }),
        ...refMember('ClassRef', referred(company, detail, { member: 'ClassRef', entity: 'Class' })),
        ...refMember('DepartmentRef', referred(company, detail, { member: 'DepartmentRef', entity: 'Department' })),
      },
    },
  };
}

function journalParty(company: Company, detail: JsonObject): StoredEntity | undefined {
  const entity = objectAt(detail, 'Entity');
  if (entity === undefined) return undefined;
  const type = textAt(entity, 'Type');
  if (type === undefined) throw missing('Entity.Type');
  const kind = type === 'Vendor' ? 'Vendor' : 'Customer';
  return required(company, entity, { member: 'EntityRef', entity: kind });
}

function refuseUnbalanced(lines: readonly BookedLine[]): void {
  if (lines.length < 2) throw businessRule('A journal entry needs at least two lines.');
  const rest = lines.reduce((sum, { entry }) => sum + entry.amount, 0n);
  if (rest !== 0n) throw businessRule('The debits and credits of the journal entry are not equal.');
  if (lines.filter(({ entry }) => entry.open !== undefined).length > 1) {
    throw businessRule('A journal entry takes one line on a receivable or payable account.');
  }
}
