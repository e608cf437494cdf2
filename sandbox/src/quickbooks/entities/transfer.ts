import { minorAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { businessRule, missing } from '../basics/fault.ts';
import { currencyMembers, currencyOf, inHomeCurrency } from '../books/currency.ts';
import { accountType, commonRefs, PAYABLE, RECEIVABLE, refTo, required } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import { isBalanceSheet } from './account-types.ts';
import { REF, TRANSACTION } from './shapes.ts';
import type { TransactionKind } from './transaction-kind.ts';

const { DocNumber: _none, ...SHARED } = TRANSACTION;

/** Money moved between two balance sheet accounts. */
export const transferKind: TransactionKind = {
  entity: 'Transfer',
  shape: { ...SHARED, FromAccountRef: REF, ToAccountRef: REF, Amount: 'decimal', ClassRef: REF, Line: 'readonly' },
  required: ['FromAccountRef', 'ToAccountRef', 'Amount'],
  voidable: false,
  numbering: 'none',
  build: (company, draft) => {
    const from = required(company, draft.data, { member: 'FromAccountRef', entity: 'Account' });
    const to = required(company, draft.data, { member: 'ToAccountRef', entity: 'Account' });
    const amount = minorAt(draft.data, 'Amount');
    if (amount === undefined) throw missing('Amount');
    if (amount <= 0n) throw businessRule('A transfer moves an amount greater than zero.');
    if (from.id === to.id) throw businessRule('A transfer needs two different accounts.');
    for (const account of [from, to]) refuseUnfit(account);
    const currency = currencyOf(company, draft.data);
    return {
      data: {
        ...draft.data,
        ...commonRefs(company, draft.data),
        ...currencyMembers(company, currency),
        FromAccountRef: refTo(from),
        ToAccountRef: refTo(to),
        Amount: Decimal.fromMinor(amount),
      },
      lines: inHomeCurrency(currency, [
        { account: to.id, amount },
        { account: from.id, amount: -amount },
      ]),
    };
  },
};

function refuseUnfit(account: StoredEntity): void {
  const type = accountType(account);
  if (isBalanceSheet(type) && type !== RECEIVABLE && type !== PAYABLE) return;
  throw businessRule(`A transfer cannot use an account of type ${type}.`);
}
