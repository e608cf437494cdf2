import { Decimal } from '../core/exact/decimal.ts';
import type { JsonObject } from '../core/exact/json.ts';
import type { Company } from './books/company.ts';
import { createAccount } from './entities/account-create.ts';
import { listKind } from './entities/kinds.ts';
import { saveListObject } from './entities/list-kind.ts';
import { putExchangeRate } from './entities/singles.ts';
import type { ListName, StoredEntity } from './store/entity.ts';

/** The chart a new company starts with: name, type, subtype. */
const CHART: readonly (readonly [name: string, type: string, subType: string])[] = [
  ['Checking', 'Bank', 'Checking'],
  ['Savings', 'Bank', 'Savings'],
  ['Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'],
  ['Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'],
  ['Uncategorized Asset', 'Other Current Asset', 'OtherCurrentAssets'],
  ['Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'],
  ['Credit Card', 'Credit Card', 'CreditCard'],
  ['Sales Tax Payable', 'Other Current Liability', 'SalesTaxPayable'],
  ['Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'],
  ['Retained Earnings', 'Equity', 'RetainedEarnings'],
  ['Sales', 'Income', 'SalesOfProductIncome'],
  ['Services', 'Income', 'ServiceFeeIncome'],
  ['Discounts given', 'Income', 'DiscountsRefundsGiven'],
  ['Uncategorized Income', 'Income', 'OtherPrimaryIncome'],
  ['Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  ['Bank Charges & Fees', 'Expense', 'BankCharges'],
  ['Office Supplies & Software', 'Expense', 'OfficeGeneralAdministrativeExpenses'],
  ['Uncategorized Expense', 'Expense', 'OtherMiscellaneousServiceCost'],
  ['Interest Earned', 'Other Income', 'InterestEarned'],
  ['Exchange Gain or Loss', 'Other Expense', 'ExchangeGainOrLoss'],
];

const PAYMENT_METHODS: readonly (readonly [name: string, type: string])[] = [
  ['Cash', 'NON_CREDIT_CARD'],
  ['Check', 'NON_CREDIT_CARD'],
  ['Credit Card', 'CREDIT_CARD'],
];

const TERMS: readonly (readonly [name: string, days: number])[] = [
  ['Due on receipt', 0],
  ['Net 15', 15],
  ['Net 30', 30],
  ['Net 60', 60],
];

/** Fills an empty company as QuickBooks would: preferences, chart of accounts, lists, sales tax, one item. */
export function seed(company: Company): void {
  addPreferences(company);
  addCurrencies(company);
  const accounts = new Map(CHART.map((row) => [row[0], addChartAccount(company, row)]));
  const add = (entity: ListName, draft: JsonObject): StoredEntity => saveListObject(company, listKind(entity)!, draft);
  for (const [name, type] of PAYMENT_METHODS) add('PaymentMethod', { Name: name, Type: type });
  for (const [name, days] of TERMS) add('Term', { Name: name, DueDays: Decimal.of(days) });
  addSalesTax(company);
  const services = add('Item', {
    Name: 'Services',
    Type: 'Service',
    IncomeAccountRef: { value: accounts.get('Services')!.id },
  });
  setDefaults(company, services, accounts.get('Accounts Receivable (A/R)')!);
}

function addChartAccount(
  company: Company,
  [name, type, subType]: readonly [name: string, type: string, subType: string],
): StoredEntity {
  return createAccount(company, { Name: name, AccountType: type, AccountSubType: subType });
}

function addPreferences(company: Company): void {
  const { settings } = company;
  const isAutomated = settings.automatedSalesTax !== undefined;
  company.add({
    entity: 'Preferences',
    id: '1',
    data: {
      AccountingInfoPrefs: {
        UseAccountNumbers: false,
        FirstMonthOfFiscalYear: 'January',
        CustomerTerminology: 'Customers',
        ClassTrackingPerTxn: false,
        ClassTrackingPerTxnLine: true,
        TrackDepartments: true,
        AutoJournalEntryNumber: true,
        ...(settings.closingDate === undefined ? {} : { BookCloseDate: settings.closingDate }),
      },
      SalesFormsPrefs: {
        CustomTxnNumbers: settings.customTxnNumbers,
        AllowDeposit: false,
        AllowDiscount: true,
        AutoApplyCredit: settings.autoApplyCredit,
        AutoApplyPayments: false,
      },
      CurrencyPrefs: {
        MultiCurrencyEnabled: settings.foreignCurrencies.length > 0,
        HomeCurrency: { value: settings.homeCurrency },
      },
      TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: isAutomated },
      ProductAndServicesPrefs: {
        ForSales: true,
        ForPurchase: true,
        QuantityWithPriceAndRate: true,
        QuantityOnHand: false,
      },
      ReportPrefs: { ReportBasis: 'Accrual' },
      OtherPrefs: { NameValue: [] },
    },
  });
  company.add({
    entity: 'CompanyInfo',
    id: '1',
    data: {
      CompanyName: settings.companyName,
      LegalName: settings.companyName,
      Country: 'US',
      Email: { Address: 'books@acme.example' },
      FiscalYearStartMonth: 'January',
      SupportedLanguages: 'en',
      DefaultTimeZone: settings.timeZone,
      NameValue: [
        { Name: 'OfferingSku', Value: 'QuickBooks Online Plus' },
        { Name: 'SubscriptionStatus', Value: 'SUBSCRIBED' },
      ],
    },
  });
}

function addCurrencies(company: Company): void {
  const { homeCurrency, foreignCurrencies, exchangeRates } = company.settings;
  if (foreignCurrencies.length === 0) return;
  const names = new Intl.DisplayNames('en', { type: 'currency' });
  for (const code of [homeCurrency, ...foreignCurrencies]) {
    saveListObject(company, listKind('CompanyCurrency')!, { Code: code, Name: names.of(code) ?? code });
  }
  for (const [code, text] of Object.entries(exchangeRates)) {
    const rate = Decimal.parse(text);
    if (rate === undefined) throw new RangeError(`${text} is no exchange rate`);
    putExchangeRate(company, { SourceCurrencyCode: code, Rate: rate, AsOfDate: '2000-01-01' });
  }
}

/** One agency with one rate, and the codes a US company has: TAX and NON on lines, the group on the form. */
function addSalesTax(company: Company): void {
  const rate = Decimal.parse(company.settings.salesTaxRate);
  if (rate === undefined) throw new RangeError(`${company.settings.salesTaxRate} is no percentage`);
  company.add({
    entity: 'TaxAgency',
    id: company.records.nextId('TaxAgency'),
    data: { DisplayName: 'State Tax Agency', TaxTrackedOnSales: true, TaxTrackedOnPurchases: false },
  });
  company.add({
    entity: 'TaxRate',
    id: company.records.nextId('TaxRate'),
    data: {
      Name: 'State sales tax',
      Description: 'Sales tax',
      Active: true,
      RateValue: rate,
      AgencyRef: { value: '1' },
    },
  });
  const details = (rates: readonly string[]): JsonObject => ({
    TaxRateDetail: rates.map((value, index) => ({
      TaxRateRef: { value, name: 'State sales tax' },
      TaxTypeApplicable: 'TaxOnAmount',
      TaxOrder: Decimal.of(index),
    })),
  });
  const code = (id: string, name: string, rates: readonly string[]): void => {
    const data = { Name: name, Description: name, Active: true, Taxable: id !== 'NON', TaxGroup: rates.length > 0 };
    company.add({
      entity: 'TaxCode',
      id,
      data: { ...data, SalesTaxRateList: details(rates), PurchaseTaxRateList: details([]) },
    });
  };
  code('TAX', 'TAX', []);
  code('NON', 'NON', []);
  code('2', 'State sales tax', ['1']);
}

/** Completes the preferences with what only exists after the lists. */
function setDefaults(company: Company, item: StoredEntity, receivable: StoredEntity): void {
  const preferences = company.records.get('Preferences', '1')!;
  const { data } = preferences;
  company.complete(preferences, {
    ...data,
    SalesFormsPrefs: { ...(data.SalesFormsPrefs as JsonObject), DefaultItem: { value: item.id, name: 'Services' } },
    AccountingInfoPrefs: {
      ...(data.AccountingInfoPrefs as JsonObject),
      DefaultARAccount: { value: receivable.id },
    },
    TaxPrefs: { ...(data.TaxPrefs as JsonObject), TaxGroupCodeRef: { value: '2' } },
  });
}
