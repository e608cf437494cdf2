import type { EntityName } from '../store/entity.ts';

/** How the values of a property compare. */
export type FieldType = 'text' | 'ref' | 'amount' | 'flag' | 'date' | 'instant';

type Fields = Readonly<Record<string, FieldType>>;

const COMMON: Fields = { Id: 'text', 'MetaData.CreateTime': 'instant', 'MetaData.LastUpdatedTime': 'instant' };
const LIST: Fields = { ...COMMON, Active: 'flag', Name: 'text' };
const TREE: Fields = { ...LIST, FullyQualifiedName: 'text', ParentRef: 'ref' };
const PERSON: Fields = {
  ...COMMON,
  Active: 'flag',
  DisplayName: 'text',
  GivenName: 'text',
  MiddleName: 'text',
  FamilyName: 'text',
  CompanyName: 'text',
  PrintOnCheckName: 'text',
  'PrimaryEmailAddr.Address': 'text',
  'PrimaryPhone.FreeFormNumber': 'text',
  Balance: 'amount',
};
const TRANSACTION: Fields = { ...COMMON, TxnDate: 'date', TotalAmt: 'amount' };
const NUMBERED: Fields = { ...TRANSACTION, DocNumber: 'text' };
const SALES: Fields = { ...NUMBERED, CustomerRef: 'ref', DueDate: 'date', Balance: 'amount' };

/**
 * Properties that a WHERE or ORDERBY may name, as the entity reference marks them. Notes and payment references are
 * not among them.
 */
const FILTERABLE: Readonly<Record<EntityName, Fields>> = {
  Account: {
    ...TREE,
    AccountType: 'text',
    AccountSubType: 'text',
    Classification: 'text',
    CurrentBalance: 'amount',
    SubAccount: 'flag',
    AcctNum: 'text',
  },
  Bill: { ...NUMBERED, VendorRef: 'ref', DueDate: 'date', Balance: 'amount' },
  BillPayment: { ...NUMBERED, VendorRef: 'ref' },
  Class: TREE,
  CompanyCurrency: { ...LIST, Code: 'text' },
  CompanyInfo: COMMON,
  CreditMemo: SALES,
  Customer: { ...PERSON, FullyQualifiedName: 'text', ParentRef: 'ref', Job: 'flag', Taxable: 'flag' },
  Department: TREE,
  Deposit: { ...TRANSACTION, DepositToAccountRef: 'ref' },
  ExchangeRate: { SourceCurrencyCode: 'text', AsOfDate: 'date', 'MetaData.LastUpdatedTime': 'instant' },
  Invoice: SALES,
  Item: { ...TREE, Type: 'text', Sku: 'text', UnitPrice: 'amount' },
  JournalEntry: NUMBERED,
  Payment: { ...TRANSACTION, CustomerRef: 'ref', PaymentMethodRef: 'ref', DepositToAccountRef: 'ref' },
  PaymentMethod: { ...LIST, Type: 'text' },
  Preferences: COMMON,
  Purchase: { ...NUMBERED, AccountRef: 'ref', EntityRef: 'ref', PaymentType: 'text' },
  RefundReceipt: SALES,
  SalesReceipt: SALES,
  TaxAgency: { ...COMMON, DisplayName: 'text' },
  TaxCode: LIST,
  TaxRate: LIST,
  Term: LIST,
  Transfer: { ...COMMON, TxnDate: 'date', Amount: 'amount' },
  Vendor: PERSON,
};

/** The type of a filterable property, under its exact name; undefined when a WHERE cannot name it. */
export function filterable(entity: EntityName, name: string): { name: string; type: FieldType } | undefined {
  const fields = FILTERABLE[entity];
  const exact = Object.keys(fields).find((known) => known.toLowerCase() === name.toLowerCase());
  return exact === undefined ? undefined : { name: exact, type: fields[exact]! };
}
