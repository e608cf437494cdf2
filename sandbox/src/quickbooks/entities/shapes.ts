import type { Field, Shape } from '../basics/shape.ts';

/*
 * Members that requests may carry, named as in Intuit's schemas (SDK 6.3.1). Lengths are the limits the entity
 * reference gives for QuickBooks Online, not the older ones of the desktop schemas.
 */

const DOC_NUMBER_MAX = 21;
/** Characters of a PaymentRefNum. */
export const PAYMENT_REF_MAX = 21;
const NOTE_MAX = 4000;
/** Characters of most names. */
export const NAME_MAX = 100;
/** Characters of a customer's or vendor's display name. */
export const DISPLAY_NAME_MAX = 500;

/** A reference: id, and what QuickBooks adds to it. */
export const REF: Field = { object: { value: 'text', name: 'text', type: 'text' }, required: ['value'] };
const MEMO: Field = { object: { value: { max: 1000 }, id: 'text' }, required: ['value'] };
/** An e-mail address; several are parted by commas. */
export const EMAIL: Field = { object: { Address: 'email', Id: 'readonly', Default: 'flag', Tag: 'text' } };
/** A telephone number. */
export const PHONE: Field = {
  object: { FreeFormNumber: { max: 30 }, CountryCode: 'text', AreaCode: 'text', Extension: 'text', Default: 'flag' },
};

const ADDRESS_LINE: Field = { max: 500 };
/** A postal address. */
export const ADDRESS: Field = {
  object: {
    Id: 'readonly',
    Line1: ADDRESS_LINE,
    Line2: ADDRESS_LINE,
    Line3: ADDRESS_LINE,
    Line4: ADDRESS_LINE,
    Line5: ADDRESS_LINE,
    City: { max: 255 },
    Country: { max: 255 },
    CountryCode: 'text',
    County: 'text',
    CountrySubDivisionCode: { max: 255 },
    PostalCode: { max: 30 },
    Lat: 'text',
    Long: 'text',
    Note: 'text',
    Tag: 'text',
  },
};

/** Carried by every object; all of it is QuickBooks' own. */
export const OWN: Shape = {
  Id: 'readonly',
  SyncToken: 'readonly',
  MetaData: 'readonly',
  domain: 'readonly',
  sparse: 'readonly',
  status: 'readonly',
  AttachableRef: 'readonly',
};

const CUSTOM_FIELDS: Field = {
  list: {
    object: { DefinitionId: 'text', Name: 'text', Type: 'text', StringValue: 'text' },
    required: ['Type'],
  },
};

const LINKED_TXN: Field = {
  list: { object: { TxnId: 'text', TxnType: 'text', TxnLineId: 'text' }, required: ['TxnId', 'TxnType'] },
};

/** Members of every transaction. */
export const TRANSACTION: Shape = {
  ...OWN,
  DocNumber: { max: DOC_NUMBER_MAX },
  TxnDate: 'date',
  CurrencyRef: REF,
  ExchangeRate: 'decimal',
  PrivateNote: { max: NOTE_MAX },
  DepartmentRef: REF,
  CustomField: CUSTOM_FIELDS,
  TxnStatus: 'readonly',
  TxnSource: 'text',
  LinkedTxn: 'readonly',
  HomeTotalAmt: 'readonly',
  HomeBalance: 'readonly',
};

const SALES_ITEM: Field = {
  object: {
    ItemRef: REF,
    ClassRef: REF,
    TaxCodeRef: REF,
    ItemAccountRef: 'readonly',
    Qty: 'decimal',
    UnitPrice: 'decimal',
    ServiceDate: 'date',
    TaxInclusiveAmt: 'decimal',
    DiscountAmt: 'decimal',
    DiscountRate: 'decimal',
  },
};

const DISCOUNT: Field = {
  object: {
    PercentBased: 'flag',
    DiscountPercent: 'decimal',
    DiscountAccountRef: REF,
    ClassRef: REF,
    TaxCodeRef: REF,
  },
};

const LINE: Shape = {
  Id: 'text',
  LineNum: 'integer',
  Description: { max: NOTE_MAX },
  Amount: 'decimal',
  CustomExtensions: 'any',
};

const SALES_LINES: Field = {
  list: {
    object: {
      ...LINE,
      LinkedTxn: LINKED_TXN,
      DetailType: { oneOf: ['SalesItemLineDetail', 'DiscountLineDetail', 'SubTotalLineDetail', 'DescriptionOnly'] },
      SalesItemLineDetail: SALES_ITEM,
      DiscountLineDetail: DISCOUNT,
      SubTotalLineDetail: 'any',
      DescriptionLineDetail: 'any',
    },
    required: ['DetailType'],
  },
};

/** Lines of customer and bill payments. */
export const PAYMENT_LINES: Field = {
  list: { object: { ...LINE, LinkedTxn: LINKED_TXN, LineEx: 'any', DetailType: 'text' }, required: ['Amount'] },
};

/** Lines of a deposit: a linked transaction, or an account of its own. */
export const DEPOSIT_LINES: Field = {
  list: {
    object: {
      ...LINE,
      LinkedTxn: LINKED_TXN,
      DetailType: { oneOf: ['DepositLineDetail'] },
      DepositLineDetail: {
        object: {
          AccountRef: REF,
          Entity: REF,
          ClassRef: REF,
          PaymentMethodRef: REF,
          CheckNum: 'text',
          TaxCodeRef: REF,
          TaxApplicableOn: { oneOf: ['Purchase', 'Sales'] },
        },
      },
    },
    required: ['Amount'],
  },
};

/** Lines of a journal entry. */
export const JOURNAL_LINES: Field = {
  list: {
    object: {
      ...LINE,
      DetailType: { oneOf: ['JournalEntryLineDetail', 'DescriptionOnly'] },
      JournalEntryLineDetail: {
        object: {
          PostingType: { oneOf: ['Debit', 'Credit'] },
          AccountRef: REF,
          Entity: { object: { Type: { oneOf: ['Customer', 'Employee', 'Job', 'Other', 'Vendor'] }, EntityRef: REF } },
          ClassRef: REF,
          DepartmentRef: REF,
          TaxCodeRef: REF,
          TaxAmount: 'decimal',
          TaxApplicableOn: { oneOf: ['Purchase', 'Sales'] },
          BillableStatus: { oneOf: ['Billable', 'NotBillable', 'HasBeenBilled'] },
        },
      },
      DescriptionLineDetail: 'any',
    },
    required: ['DetailType'],
  },
};

const EXPENSE: Shape = {
  CustomerRef: REF,
  ClassRef: REF,
  TaxCodeRef: REF,
  BillableStatus: { oneOf: ['Billable', 'NotBillable', 'HasBeenBilled'] },
  TaxAmount: 'decimal',
};

/** Lines of purchases and bills. */
export const EXPENSE_LINES: Field = {
  list: {
    object: {
      ...LINE,
      LinkedTxn: LINKED_TXN,
      DetailType: { oneOf: ['AccountBasedExpenseLineDetail', 'ItemBasedExpenseLineDetail', 'DescriptionOnly'] },
      AccountBasedExpenseLineDetail: { object: { ...EXPENSE, AccountRef: REF } },
      ItemBasedExpenseLineDetail: { object: { ...EXPENSE, ItemRef: REF, Qty: 'decimal', UnitPrice: 'decimal' } },
      DescriptionLineDetail: 'any',
    },
    required: ['DetailType'],
  },
};

/** Tax of a whole form. */
export const TAX_DETAIL: Field = {
  object: {
    TxnTaxCodeRef: REF,
    DefaultTaxCodeRef: REF,
    TotalTax: 'decimal',
    TaxLine: 'any',
    TaxReviewStatus: 'readonly',
    UseAutomatedSalesTax: 'flag',
  },
};

/** Whether amounts hold tax; means nothing in a US company. */
export const TAX_CALCULATION: Field = { oneOf: ['TaxExcluded', 'TaxInclusive', 'NotApplicable'] };

/** Members of all four sales forms. */
export const SALES_FORM: Shape = {
  ...TRANSACTION,
  Line: SALES_LINES,
  TxnTaxDetail: TAX_DETAIL,
  CustomerRef: REF,
  CustomerMemo: MEMO,
  BillAddr: ADDRESS,
  ShipAddr: ADDRESS,
  ShipFromAddr: ADDRESS,
  FreeFormAddress: 'flag',
  ClassRef: REF,
  SalesTermRef: REF,
  DueDate: 'date',
  ShipDate: 'date',
  ShipMethodRef: REF,
  TrackingNum: 'text',
  GlobalTaxCalculation: TAX_CALCULATION,
  TotalAmt: 'readonly',
  Balance: 'readonly',
  RemainingCredit: 'readonly',
  ApplyTaxAfterDiscount: 'flag',
  TemplateRef: REF,
  PrintStatus: { oneOf: ['NotSet', 'NeedToPrint', 'PrintComplete'] },
  EmailStatus: { oneOf: ['NotSet', 'NeedToSend', 'EmailSent'] },
  BillEmail: EMAIL,
  BillEmailCc: EMAIL,
  BillEmailBcc: EMAIL,
  DeliveryInfo: 'readonly',
  PaymentMethodRef: REF,
  PaymentRefNum: { max: PAYMENT_REF_MAX },
  DepositToAccountRef: REF,
  InvoiceLink: 'readonly',
  AutoDocNumber: 'flag',
  AllowIPNPayment: 'flag',
  AllowOnlinePayment: 'flag',
  AllowOnlineCreditCardPayment: 'flag',
  AllowOnlineACHPayment: 'flag',
};
