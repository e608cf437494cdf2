import { objectAt, objectsAt, refAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import { asParty, referred, refMember, refTo, required } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import { lineAmount, withLineIds } from './lines.ts';
import { openSide, refuseUnpostable } from './posting-rules.ts';

/** What the lines of a purchase or bill come to, in its currency. */
interface ExpenseLines {
  readonly lines: readonly JsonObject[];
  readonly total: bigint;
  readonly debits: readonly EntryLine[];
}

/** Works out the lines of a purchase or bill. `party` is who is paid. */
export function expenseLines(company: Company, draft: JsonObject, party: StoredEntity | undefined): ExpenseLines {
  const debits: EntryLine[] = [];
  const lines = objectsAt(draft, 'Line').map((line) => {
    if (line.DetailType === 'DescriptionOnly') return line;
    const read = expenseLine(company, line, party);
    debits.push(read.entry);
    return read.line;
  });
  if (debits.length === 0) throw businessRule('At least one expense line is needed.');
  const total = debits.reduce((sum, entry) => sum + entry.amount, 0n);
  if (total < 0n) throw businessRule('The total of the lines must be zero or greater.');
  return { lines: withLineIds(lines), total, debits };
}

function expenseLine(
  company: Company,
  line: JsonObject,
  paid: StoredEntity | undefined,
): { line: JsonObject; entry: EntryLine } {
  const name = textAt(line, 'DetailType') ?? '';
  const detail = objectAt(line, name);
  if (detail === undefined) throw missing(`Line.${name}`);
  const item = referred(company, detail, { member: 'ItemRef', entity: 'Item' });
  const account = item === undefined ? accountOf(company, detail, name) : itemAccount(company, item);
  const customer = referred(company, detail, { member: 'CustomerRef', entity: 'Customer' });
  const party = customer ?? paid;
  refuseUnpostable(account, party);
  const amount = lineAmount(line, detail);
  return {
    entry: {
      account: account.id,
      amount,
      ...(party === undefined ? {} : { party: asParty(party) }),
      ...openSide(account, amount),
    },
    line: {
      ...line,
      Amount: Decimal.fromMinor(amount),
      [name]: {
        BillableStatus: 'NotBillable',
        TaxCodeRef: { value: 'NON' },
        ...detail,
        ...(item === undefined ? { AccountRef: refTo(account) } : { ItemRef: refTo(item) }),
        ...refMember('CustomerRef', customer),
        ...refMember('ClassRef', referred(company, detail, { member: 'ClassRef', entity: 'Class' })),
      },
    },
  };
}

function accountOf(company: Company, detail: JsonObject, name: string): StoredEntity {
  if (name === 'ItemBasedExpenseLineDetail') throw missing('Line.ItemBasedExpenseLineDetail.ItemRef');
  return required(company, detail, { member: 'AccountRef', entity: 'Account' });
}

function itemAccount(company: Company, item: StoredEntity): StoredEntity {
  const account = company.records.get('Account', refAt(item.data, 'ExpenseAccountRef') ?? '');
  if (account === undefined) throw businessRule(`Item ${item.id} has no expense account and cannot be bought.`);
  return account;
}
