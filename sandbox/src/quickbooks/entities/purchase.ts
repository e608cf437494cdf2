import { flagAt, objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, inHomeCurrency } from '../books/currency.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import { asParty, commonRefs, partyOf, refTo, requireAccountType, required } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import { expenseLines } from './expense-lines.ts';
import { ADDRESS, EXPENSE_LINES, PAYMENT_REF_MAX, REF, TAX_CALCULATION, TAX_DETAIL, TRANSACTION } from './shapes.ts';
import type { TransactionKind } from './transaction-kind.ts';

/** Money spent: cash and cheques from a bank account, cards from a credit card account. */
export const purchaseKind: TransactionKind = {
  entity: 'Purchase',
  shape: {
    ...TRANSACTION,
    Line: EXPENSE_LINES,
    AccountRef: REF,
    PaymentType: { oneOf: ['Cash', 'Check', 'CreditCard'] },
    PaymentMethodRef: REF,
    PaymentRefNum: { max: PAYMENT_REF_MAX },
    EntityRef: REF,
    Credit: 'flag',
    RemitToAddr: ADDRESS,
    TotalAmt: 'readonly',
    Memo: 'text',
    PrintStatus: { oneOf: ['NotSet', 'NeedToPrint', 'PrintComplete'] },
    GlobalTaxCalculation: TAX_CALCULATION,
    TxnTaxDetail: TAX_DETAIL,
  },
  required: ['AccountRef', 'PaymentType', 'Line'],
  voidable: false,
  numbering: 'own',
  build: (company, draft) => {
    const isCard = draft.data.PaymentType === 'CreditCard';
    const isCredit = flagAt(draft.data, 'Credit') === true;
    if (isCredit && !isCard) throw businessRule('Only a credit card purchase can be a credit.');
    const account = required(company, draft.data, { member: 'AccountRef', entity: 'Account' });
    requireAccountType(account, [isCard ? 'Credit Card' : 'Bank'], `A ${String(draft.data.PaymentType)} purchase`);
    const party = payee(company, draft.data);
    const currency = currencyOf(company, draft.data, party);
    const { lines, total, debits } = expenseLines(company, draft.data, party);
    const direction = isCredit ? -1n : 1n;
    return {
      data: {
        ...draft.data,
        ...commonRefs(company, draft.data),
        ...currencyMembers(company, currency),
        ...(party === undefined ? {} : { EntityRef: refTo(party, party.entity) }),
        AccountRef: refTo(account),
        Credit: isCredit,
        Line: lines,
        TotalAmt: Decimal.fromMinor(total),
      },
      lines: inHomeCurrency(currency, [
        {
          account: account.id,
          amount: -direction * total,
          ...(party === undefined ? {} : { party: asParty(party) }),
        },
        ...debits.map((entry) => turned(entry, direction)),
      ]),
    };
  },
};

function turned(entry: EntryLine, direction: bigint): EntryLine {
  return {
    ...entry,
    amount: direction * entry.amount,
    ...(entry.open === undefined ? {} : { open: direction * entry.open }),
  };
}

/** The payee: a vendor unless the reference says customer. */
function payee(company: Company, draft: JsonObject): StoredEntity | undefined {
  const ref = objectAt(draft, 'EntityRef');
  if (ref === undefined) return undefined;
  const kind = textAt(ref, 'type') ?? 'Vendor';
  return partyOf(company, { kind, id: textAt(ref, 'value') ?? '', element: 'EntityRef' });
}
