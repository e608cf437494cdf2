import { flagAt, refAt, textAt } from '../../core/exact/access.ts';
import { businessRule } from '../basics/fault.ts';
import { createAccount } from '../entities/account-create.ts';
import type { StoredEntity } from '../store/entity.ts';
import type { Company } from './company.ts';

/** Accounts QuickBooks uses by itself, by the account subtype that marks them. */
type SystemAccount =
  | 'UndepositedFunds'
  | 'SalesTaxPayable'
  | 'DiscountsRefundsGiven'
  | 'ExchangeGainOrLoss'
  | 'OpeningBalanceEquity';

/** The oldest active account of the subtype; 6000 when the company has none any more. */
export function systemAccount(company: Company, subType: SystemAccount): StoredEntity {
  for (const account of company.records.of('Account').all()) {
    if (textAt(account.data, 'AccountSubType') === subType && flagAt(account.data, 'Active') !== false) return account;
  }
  throw businessRule(`The company has no active account of subtype ${subType}.`);
}

/** The receivable or payable account of a currency; a foreign one comes into being with its first use. */
export function openItemAccount(
  company: Company,
  kind: 'AccountsReceivable' | 'AccountsPayable',
  currency: string,
): StoredEntity {
  for (const account of company.records.of('Account').all()) {
    const fits = textAt(account.data, 'AccountSubType') === kind && refAt(account.data, 'CurrencyRef') === currency;
    if (fits && flagAt(account.data, 'Active') !== false) return account;
  }
  const [name, type] =
    kind === 'AccountsReceivable'
      ? ['Accounts Receivable (A/R)', 'Accounts Receivable']
      : ['Accounts Payable (A/P)', 'Accounts Payable'];
  return createAccount(company, {
    Name: `${name} - ${currency}`,
    AccountType: type,
    AccountSubType: kind,
    CurrencyRef: { value: currency },
  });
}
