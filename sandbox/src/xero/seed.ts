import type { Organisation } from './books/organisation.ts';
import { seedRate } from './entities/tax-rate.ts';

interface SeedAccount {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly system?: string;
  readonly payments?: true;
  readonly tax?: string;
}

/** The starter chart of an organisation. Money of processors waits on bank accounts, as only these take transactions. */
const ACCOUNTS: readonly SeedAccount[] = [
  { code: '090', name: 'Business Bank Account', type: 'BANK' },
  { code: '091', name: 'Clearing Account', type: 'BANK' },
  { code: '200', name: 'Sales', type: 'REVENUE', tax: 'OUTPUT' },
  { code: '260', name: 'Other Revenue', type: 'REVENUE', tax: 'OUTPUT' },
  { code: '310', name: 'Cost of Goods Sold', type: 'DIRECTCOSTS', tax: 'INPUT' },
  { code: '400', name: 'Advertising', type: 'EXPENSE', tax: 'INPUT' },
  { code: '404', name: 'Bank Fees', type: 'EXPENSE' },
  { code: '610', name: 'Accounts Receivable', type: 'CURRENT', system: 'DEBTORS' },
  { code: '630', name: 'Undeposited Funds', type: 'CURRENT', payments: true },
  { code: '800', name: 'Accounts Payable', type: 'CURRLIAB', system: 'CREDITORS' },
  { code: '820', name: 'Sales Tax', type: 'CURRLIAB', system: 'GST' },
  { code: '850', name: 'Customer Deposits', type: 'CURRLIAB' },
  { code: '860', name: 'Rounding', type: 'CURRLIAB', system: 'ROUNDING' },
  { code: '960', name: 'Retained Earnings', type: 'EQUITY', system: 'RETAINEDEARNINGS' },
  { code: '970', name: 'Owner Funds Introduced', type: 'EQUITY', payments: true },
];

/** What a fresh organisation has: accounts, three tax rates. */
export function seed(organisation: Organisation): void {
  const rate = organisation.facts.salesTaxRate;
  seedRate(organisation, { name: 'Tax on Sales', taxType: 'OUTPUT', report: 'OUTPUT', rate });
  seedRate(organisation, { name: 'Tax on Purchases', taxType: 'INPUT', report: 'INPUT', rate });
  seedRate(organisation, { name: 'Tax Exempt', taxType: 'NONE', report: 'NONE', rate: '0' });
  for (const account of ACCOUNTS) {
    organisation.create('Account', {
      Code: account.code,
      Name: account.name,
      Status: 'ACTIVE',
      Type: account.type,
      TaxType: account.tax ?? 'NONE',
      EnablePaymentsToAccount: account.payments ?? false,
      ShowInExpenseClaims: false,
      ...(account.system === undefined ? {} : { SystemAccount: account.system }),
      ...(account.type === 'BANK' ? bankFacts(organisation, account.code) : {}),
    });
  }
}

function bankFacts(organisation: Organisation, code: string) {
  return { BankAccountNumber: `000${code}`, BankAccountType: 'BANK', CurrencyCode: organisation.currency };
}
