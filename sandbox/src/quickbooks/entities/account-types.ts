/** A type of account: its side of the books, and the subtype it gets when none is sent. */
interface AccountTypeFacts {
  readonly classification: 'Asset' | 'Equity' | 'Expense' | 'Liability' | 'Revenue';
  readonly subTypes: readonly [string, ...string[]];
}

/** Account types with the subtypes this company knows; the first is the default. Source: Intuit, Account entity. */
const ACCOUNT_TYPES: Readonly<Record<string, AccountTypeFacts>> = {
  Bank: { classification: 'Asset', subTypes: ['Checking', 'CashOnHand', 'MoneyMarket', 'Savings', 'TrustAccounts'] },
  'Accounts Receivable': { classification: 'Asset', subTypes: ['AccountsReceivable'] },
  'Other Current Asset': {
    classification: 'Asset',
    subTypes: [
      'OtherCurrentAssets',
      'UndepositedFunds',
      'AllowanceForBadDebts',
      'EmployeeCashAdvances',
      'Inventory',
      'PrepaidExpenses',
      'Retainage',
    ],
  },
  'Fixed Asset': {
    classification: 'Asset',
    subTypes: ['OtherFixedAssets', 'FurnitureAndFixtures', 'MachineryAndEquipment', 'Vehicles', 'Buildings', 'Land'],
  },
  'Other Asset': {
    classification: 'Asset',
    subTypes: ['OtherLongTermAssets', 'SecurityDeposits', 'Licenses', 'Goodwill'],
  },
  'Accounts Payable': { classification: 'Liability', subTypes: ['AccountsPayable'] },
  'Credit Card': { classification: 'Liability', subTypes: ['CreditCard'] },
  'Other Current Liability': {
    classification: 'Liability',
    subTypes: [
      'OtherCurrentLiabilities',
      'SalesTaxPayable',
      'GlobalTaxPayable',
      'PayrollClearing',
      'LoanPayable',
      'LineOfCredit',
      'PrepaidExpensesPayable',
      'TrustAccountsLiabilities',
    ],
  },
  'Long Term Liability': { classification: 'Liability', subTypes: ['OtherLongTermLiabilities', 'NotesPayable'] },
  Equity: {
    classification: 'Equity',
    subTypes: ['OwnersEquity', 'OpeningBalanceEquity', 'RetainedEarnings', 'PartnersEquity', 'CommonStock'],
  },
  Income: {
    classification: 'Revenue',
    subTypes: [
      'SalesOfProductIncome',
      'ServiceFeeIncome',
      'DiscountsRefundsGiven',
      'NonProfitIncome',
      'OtherPrimaryIncome',
      'UnappliedCashPaymentIncome',
    ],
  },
  'Cost of Goods Sold': {
    classification: 'Expense',
    subTypes: ['SuppliesMaterialsCogs', 'CostOfLaborCos', 'OtherCostsOfServiceCos', 'ShippingFreightDeliveryCos'],
  },
  Expense: {
    classification: 'Expense',
    subTypes: [
      'OtherMiscellaneousServiceCost',
      'AdvertisingPromotional',
      'BadDebts',
      'BankCharges',
      'DuesSubscriptions',
      'Insurance',
      'LegalProfessionalFees',
      'OfficeGeneralAdministrativeExpenses',
      'RentOrLeaseOfBuildings',
      'SuppliesMaterials',
      'TaxesPaid',
      'Travel',
      'Utilities',
    ],
  },
  'Other Income': {
    classification: 'Revenue',
    subTypes: ['OtherMiscellaneousIncome', 'InterestEarned', 'DividendIncome', 'OtherInvestmentIncome'],
  },
  'Other Expense': {
    classification: 'Expense',
    subTypes: ['OtherMiscellaneousExpense', 'ExchangeGainOrLoss', 'PenaltiesSettlements', 'Depreciation'],
  },
};

/** All account types, in the order of a chart of accounts. */
export const ACCOUNT_TYPE_NAMES: readonly string[] = Object.keys(ACCOUNT_TYPES);

/** The side of the books an account type belongs to. */
export function classificationOf(accountType: string): AccountTypeFacts['classification'] {
  return ACCOUNT_TYPES[accountType]!.classification;
}

/** The subtype an account gets when none is sent. */
export function defaultSubType(accountType: string): string {
  return ACCOUNT_TYPES[accountType]!.subTypes[0];
}

/** The type a known subtype belongs to. */
export function typeOfSubType(subType: string): string | undefined {
  return ACCOUNT_TYPE_NAMES.find((name) => ACCOUNT_TYPES[name]!.subTypes.includes(subType));
}

/** Whether the type's balance is carried on the balance sheet (else it is income or expense). */
export function isBalanceSheet(accountType: string): boolean {
  const side = classificationOf(accountType);
  return side === 'Asset' || side === 'Liability' || side === 'Equity';
}

/** 1n where debits raise the shown balance, -1n where credits do. */
export function balanceSign(accountType: string): bigint {
  const side = classificationOf(accountType);
  return side === 'Asset' || side === 'Expense' ? 1n : -1n;
}
