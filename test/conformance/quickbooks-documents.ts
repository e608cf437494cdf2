import type { JsonObject } from './json-reader.ts';
import type { Cast } from './quickbooks-company.ts';

const ref = (value: string) => ({ value });

/** A body for a new document of each kind that stands alone; payments of bills and invoices need those first. */
export function newDocuments({
  customer,
  foreigner,
  vendor,
  item,
  account,
}: Cast): readonly (readonly [entity: string, body: JsonObject])[] {
  const sold = [
    {
      Amount: 30,
      Description: 'Crates',
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: ref(item), Qty: 2, UnitPrice: 15, TaxCodeRef: ref('TAX') },
    },
    { Amount: 3, DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: false } },
  ];
  const spent = [
    {
      Amount: 20,
      DetailType: 'AccountBasedExpenseLineDetail',
      AccountBasedExpenseLineDetail: { AccountRef: ref(account('Bank Charges & Fees')) },
    },
  ];
  const sale = { CustomerRef: ref(customer), Line: sold, PrivateNote: 'a note', TxnTaxDetail: { TotalTax: 2.48 } };
  const bank = ref(account('Checking'));
  const entry = (PostingType: 'Debit' | 'Credit', name: string) => ({
    Amount: 5,
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType, AccountRef: ref(account(name)) },
  });
  return [
    ['SalesReceipt', { ...sale, DepositToAccountRef: bank, BillEmail: { Address: 'books@acme.example' } }],
    ['RefundReceipt', { ...sale, DepositToAccountRef: bank }],
    ['CreditMemo', sale],
    ['Invoice', { ...sale, DueDate: '2026-12-01', BillEmail: { Address: 'books@acme.example' } }],
    ['Invoice', { CustomerRef: ref(foreigner), CurrencyRef: ref('EUR'), Line: sold.slice(0, 1) }],
    ['Payment', { CustomerRef: ref(customer), TotalAmt: 10, DepositToAccountRef: bank }],
    ['Bill', { VendorRef: ref(vendor), Line: spent }],
    ['Purchase', { PaymentType: 'Cash', AccountRef: bank, EntityRef: { value: vendor, type: 'Vendor' }, Line: spent }],
    [
      'Deposit',
      {
        DepositToAccountRef: bank,
        Line: [
          { Amount: 7, DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef: ref(account('Sales')) } },
        ],
      },
    ],
    ['Transfer', { FromAccountRef: bank, ToAccountRef: ref(account('Savings')), Amount: 20 }],
    ['JournalEntry', { Line: [entry('Debit', 'Checking'), entry('Credit', 'Sales')] }],
  ];
}

/** Pays a bill or an invoice in full. */
export function payBill({ vendor, account }: Cast, bill: string): JsonObject {
  return {
    VendorRef: ref(vendor),
    PayType: 'Check',
    CheckPayment: { BankAccountRef: ref(account('Checking')) },
    TotalAmt: 20,
    Line: [{ Amount: 20, LinkedTxn: [{ TxnId: bill, TxnType: 'Bill' }] }],
  };
}

/** Pays part of an invoice. */
export function payInvoice({ customer, account }: Cast, invoice: string): JsonObject {
  return {
    CustomerRef: ref(customer),
    TotalAmt: 12.5,
    DepositToAccountRef: ref(account('Undeposited Funds')),
    Line: [{ Amount: 12.5, LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] }],
  };
}
