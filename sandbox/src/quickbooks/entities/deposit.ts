import { minorAt, objectAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule, cannotLink, missing } from '../basics/fault.ts';
import { linkedEntity, linksOf } from '../books/applications.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, inHomeCurrency } from '../books/currency.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import {
  asParty,
  commonRefs,
  MONEY_ACCOUNTS,
  partyOf,
  referred,
  refMember,
  refTo,
  requireAccountType,
  required,
} from '../books/references.ts';
import { systemAccount } from '../books/system-accounts.ts';
import { entityKey, type StoredEntity, type TransactionName } from '../store/entity.ts';
import { withLineIds } from './lines.ts';
import { openSide, refuseUnpostable } from './posting-rules.ts';
import { DEPOSIT_LINES, REF, TAX_CALCULATION, TAX_DETAIL, TRANSACTION } from './shapes.ts';
import type { Draft, TransactionKind } from './transaction-kind.ts';

const { DocNumber: _none, ...SHARED } = TRANSACTION;
/** Transactions whose money can wait in Undeposited Funds. */
const DEPOSITABLE: readonly TransactionName[] = [
  'Payment',
  'SalesReceipt',
  'RefundReceipt',
  'JournalEntry',
  'Transfer',
];

interface DepositLine {
  readonly line: JsonObject;
  readonly entry: EntryLine;
}

/** Money put into the bank: what waited in Undeposited Funds, and lines of its own, also negative ones. */
export const depositKind: TransactionKind = {
  entity: 'Deposit',
  shape: {
    ...SHARED,
    DepositToAccountRef: REF,
    Line: DEPOSIT_LINES,
    CashBack: { object: { AccountRef: REF, Amount: 'decimal', Memo: 'text' }, required: ['AccountRef', 'Amount'] },
    GlobalTaxCalculation: TAX_CALCULATION,
    TxnTaxDetail: TAX_DETAIL,
    TotalAmt: 'readonly',
  },
  required: ['DepositToAccountRef', 'Line'],
  voidable: false,
  numbering: 'none',
  build: (company, draft) => {
    const { data } = draft;
    const account = required(company, data, { member: 'DepositToAccountRef', entity: 'Account' });
    requireAccountType(account, MONEY_ACCOUNTS, 'A deposit');
    const lines = objectsAt(data, 'Line').map((line) =>
      objectsAt(line, 'LinkedTxn').length > 0 ? linkedLine(company, line, draft) : ownLine(company, line),
    );
    if (lines.length === 0) throw businessRule('A deposit needs at least one line.');
    refuseTwice(data);
    const cashBack = cashBackOf(company, data);
    const entries = [...lines, ...cashBack].map(({ entry }) => entry);
    const total = -entries.reduce((sum, entry) => sum + entry.amount, 0n);
    if (total < 0n) throw businessRule('The total of a deposit must be zero or greater.');
    const currency = currencyOf(company, data);
    return {
      data: {
        ...data,
        ...commonRefs(company, data),
        ...currencyMembers(company, currency, total),
        DepositToAccountRef: refTo(account),
        Line: withLineIds(lines.map(({ line }) => line)),
        ...(cashBack[0] === undefined ? {} : { CashBack: cashBack[0].line }),
        TotalAmt: Decimal.fromMinor(total),
      },
      lines: inHomeCurrency(currency, [{ account: account.id, amount: total }, ...entries]),
    };
  },
};

function refuseTwice(data: JsonObject): void {
  const keys = linksOf(data).map((link) => entityKey(link.entity, link.id));
  if (new Set(keys).size !== keys.length) throw cannotLink('it stands in the deposit twice');
}

/** A line that takes a transaction out of Undeposited Funds, whole. */
function linkedLine(company: Company, line: JsonObject, draft: Draft): DepositLine {
  const [link] = objectsAt(line, 'LinkedTxn');
  if (textAt(link, 'TxnLineId') === undefined) throw missing('Line.LinkedTxn.TxnLineId');
  const amount = minorAt(line, 'Amount') ?? 0n;
  const target = linkedTarget(company, link ?? {});
  const key = entityKey(target.entity, target.id);
  const holder = company.depositLinks.depositOf(key);
  if (holder !== undefined && holder !== draft.id) throw cannotLink(`it already stands in deposit ${holder}`);
  const funds = systemAccount(company, 'UndepositedFunds').id;
  const waiting = company.ledger
    .of(key)
    .reduce((sum, entry) => (entry.account === funds ? sum + entry.amount : sum), 0n);
  if (waiting === 0n) throw cannotLink('it has no money in Undeposited Funds');
  if (waiting !== amount) throw businessRule(`The line must take the whole ${Decimal.fromMinor(waiting)} that waits.`);
  return { line: { ...line, Amount: Decimal.fromMinor(amount) }, entry: { account: funds, amount: -amount } };
}

function linkedTarget(company: Company, link: JsonObject): StoredEntity {
  const id = textAt(link, 'TxnId') ?? '';
  const entity = linkedEntity(textAt(link, 'TxnType') ?? '');
  if (entity === undefined || !DEPOSITABLE.includes(entity)) throw cannotLink('a deposit does not take this type');
  const target = company.records.get(entity, id);
  if (target === undefined) throw badReference('LinkedTxn', id);
  return target;
}

/** A line on an account of its own; negative amounts take away, as for a fee. */
function ownLine(company: Company, line: JsonObject): DepositLine {
  const detail = objectAt(line, 'DepositLineDetail');
  if (detail === undefined) throw missing('Line.DepositLineDetail');
  const amount = minorAt(line, 'Amount') ?? 0n;
  const account = required(company, detail, { member: 'AccountRef', entity: 'Account' });
  const party = depositParty(company, detail);
  refuseUnpostable(account, party);
  const method = referred(company, detail, { member: 'PaymentMethodRef', entity: 'PaymentMethod' });
  return {
    entry: {
      account: account.id,
      amount: -amount,
      ...(party === undefined ? {} : { party: asParty(party) }),
      ...openSide(account, -amount),
    },
    line: {
      ...line,
      Amount: Decimal.fromMinor(amount),
      DetailType: 'DepositLineDetail',
      DepositLineDetail: {
        ...detail,
        AccountRef: refTo(account),
        ...(party === undefined ? {} : { Entity: refTo(party, party.entity.toUpperCase()) }),
        ...refMember('PaymentMethodRef', method),
        ...refMember('ClassRef', referred(company, detail, { member: 'ClassRef', entity: 'Class' })),
      },
    },
  };
}

function depositParty(company: Company, detail: JsonObject): StoredEntity | undefined {
  const entity = objectAt(detail, 'Entity');
  if (entity === undefined) return undefined;
  const kind = textAt(entity, 'type') ?? 'CUSTOMER';
  return partyOf(company, { kind, id: textAt(entity, 'value') ?? '', element: 'DepositLineDetail.Entity' });
}

/** The part of a deposit that goes to another account instead. */
function cashBackOf(company: Company, data: JsonObject): DepositLine[] {
  const cashBack = objectAt(data, 'CashBack');
  if (cashBack === undefined) return [];
  const account = required(company, cashBack, { member: 'AccountRef', entity: 'Account' });
  refuseUnpostable(account, undefined);
  const amount = minorAt(cashBack, 'Amount') ?? 0n;
  if (amount < 0n) throw businessRule('Cash back cannot be negative.');
  return [
    {
      entry: { account: account.id, amount },
      line: { ...cashBack, AccountRef: refTo(account), Amount: Decimal.fromMinor(amount) },
    },
  ];
}
