import { describe, expect, test } from 'vitest';
import { writeJson } from '../../kernel/json.ts';
import { parseMoney } from '../../kernel/money.ts';
import type { DocumentKind, LedgerDocument } from '../../model/document.ts';
import { documentBody } from './document-body.ts';
import { DOCUMENTS, MARKING, usd } from './fixtures/items.ts';

const NOTE = String.raw`"PrivateNote":"counterfoil:1:pst_0123456789abcdefghjkmnpqrstvwxyz\nStripe charge ch_1"`;
const HEAD = `"TxnDate":"2026-11-20","CurrencyRef":{"value":"USD"},${NOTE}`;
const NUMBER = '"DocNumber":"ST-0123456789abcdefgh"';

const text = (document: LedgerDocument) => writeJson(documentBody({ document, marking: MARKING }));

const EXPECTED: Readonly<Record<DocumentKind, string>> = {
  sales_receipt:
    `{${HEAD},${NUMBER},"CustomerRef":{"value":"58"},"Line":[` +
    '{"Amount":119.90,"Description":"Sale","DetailType":"SalesItemLineDetail",' +
    '"SalesItemLineDetail":{"ItemRef":{"value":"7"},"TaxCodeRef":{"value":"TAX"}}},' +
    '{"Amount":-19.90,"DetailType":"SalesItemLineDetail",' +
    '"SalesItemLineDetail":{"ItemRef":{"value":"8"},"TaxCodeRef":{"value":"NON"}}}],' +
    '"TxnTaxDetail":{"TotalTax":8.25},"DepositToAccountRef":{"value":"35"},"PaymentRefNum":"pi_3MtwBwLkdIwHu7ix28"}',
  refund_receipt:
    `{${HEAD},${NUMBER},"Line":[{"Amount":20.00,"Description":"Refund","DetailType":"SalesItemLineDetail",` +
    '"SalesItemLineDetail":{"ItemRef":{"value":"7"},"TaxCodeRef":{"value":"NON"}}}],"DepositToAccountRef":{"value":"35"}}',
  expense:
    `{${HEAD},${NUMBER},"PaymentType":"Cash","AccountRef":{"value":"35"},"EntityRef":{"value":"9","type":"Vendor"},` +
    '"Line":[{"Amount":3.44,"Description":"Processing fee","DetailType":"AccountBasedExpenseLineDetail",' +
    '"AccountBasedExpenseLineDetail":{"AccountRef":{"value":"80"}}}]}',
  deposit:
    '{"TxnDate":"2026-11-20","CurrencyRef":{"value":"USD"},' +
    '"PrivateNote":"counterfoil:1:pst_0123456789abcdefghjkmnpqrstvwxyz","DepositToAccountRef":{"value":"35"},"Line":[' +
    '{"Amount":54.13,"Description":"Dispute won","DetailType":"DepositLineDetail",' +
    '"DepositLineDetail":{"AccountRef":{"value":"90"}}},' +
    '{"Amount":-3.20,"Description":"Fee","DetailType":"DepositLineDetail",' +
    '"DepositLineDetail":{"AccountRef":{"value":"80"}}}]}',
  transfer: `{${HEAD},"FromAccountRef":{"value":"35"},"ToAccountRef":{"value":"36"},"Amount":499.23}`,
  invoice:
    `{${HEAD},${NUMBER},"CustomerRef":{"value":"58"},"Line":[{"Amount":500.00,"Description":"Work",` +
    '"DetailType":"SalesItemLineDetail",' +
    '"SalesItemLineDetail":{"ItemRef":{"value":"7"},"TaxCodeRef":{"value":"NON"}}}],"DueDate":"2026-12-20"}',
  payment:
    `{${HEAD},"CustomerRef":{"value":"58"},"TotalAmt":500.00,"DepositToAccountRef":{"value":"35"},` +
    '"PaymentRefNum":"ST-0123456789abcdefgh","Line":[{"Amount":480.10,"LinkedTxn":[{"TxnId":"145","TxnType":"Invoice"}]}]}',
  credit_memo:
    `{${HEAD},${NUMBER},"CustomerRef":{"value":"58"},"Line":[{"Amount":20.00,"Description":"Refund",` +
    '"DetailType":"SalesItemLineDetail",' +
    '"SalesItemLineDetail":{"ItemRef":{"value":"7"},"TaxCodeRef":{"value":"TAX"}}}],"TxnTaxDetail":{"TotalTax":1.65}}',
  journal_entry:
    `{${HEAD},${NUMBER},"Line":[{"Amount":21.65,"Description":"Refund paid","DetailType":"JournalEntryLineDetail",` +
    '"JournalEntryLineDetail":{"PostingType":"Debit","AccountRef":{"value":"84"},' +
    '"Entity":{"Type":"Customer","EntityRef":{"value":"58"}}}},' +
    '{"Amount":21.65,"DetailType":"JournalEntryLineDetail",' +
    '"JournalEntryLineDetail":{"PostingType":"Credit","AccountRef":{"value":"35"}}}]}',
  credit_application:
    `{${HEAD},"CustomerRef":{"value":"58"},"TotalAmt":0.00,"PaymentRefNum":"ST-0123456789abcdefgh","Line":[` +
    '{"Amount":21.65,"LinkedTxn":[{"TxnId":"191","TxnType":"CreditMemo"}]},' +
    '{"Amount":21.65,"LinkedTxn":[{"TxnId":"192","TxnType":"JournalEntry"}]}]}',
};

describe('the body of each kind of document', () => {
  test.each(Object.values(DOCUMENTS))('$kind is written to the letter', (document) => {
    expect(text(document)).toBe(EXPECTED[document.kind]);
  });

  test('amounts have the decimals of their currency', () => {
    const yen = { ...DOCUMENTS.transfer, currency: 'JPY', amount: parseMoney('1000', 'JPY') };
    expect(text(yen)).toContain('"CurrencyRef":{"value":"JPY"}');
    expect(text(yen)).toContain('"Amount":1000}');
    const large = { ...DOCUMENTS.transfer, amount: usd('90071992547409.93') };
    expect(text(large)).toContain('"Amount":90071992547409.93}');
  });

  test('what is not there is left out', () => {
    expect(text({ ...DOCUMENTS.invoice, dueOn: null })).not.toContain('DueDate');
    expect(text({ ...DOCUMENTS.expense, vendorId: null })).not.toContain('EntityRef');
    expect(text({ ...DOCUMENTS.payment, applies: [] })).not.toContain('Line');
  });

  test("a payment carries the source's own reference when it has one, shortened to what fits", () => {
    const payment = { ...DOCUMENTS.payment, reference: 'ch_3MtwBwLkdIwHu7ix28a3tqPa' };
    expect(text(payment)).toContain('"PaymentRefNum":"ch_3MtwBwLkdIwHu7ix28"');
  });

  test('a long description is cut to what a line holds', () => {
    const lines = [{ accountId: '80', description: 'x'.repeat(5_000), amount: usd('1') }];
    expect(text({ ...DOCUMENTS.expense, lines })).toContain(`"Description":"${'x'.repeat(4_000)}"`);
  });

  test('a link that is still a posting stops the program instead of being sent', () => {
    const applies = [{ document: { kind: 'invoice', postingId: MARKING.postingId }, amount: usd('1') }] as const;
    expect(() => text({ ...DOCUMENTS.payment, applies })).toThrow(/must be resolved/);
  });

  test('a payment cannot be applied to a transfer', () => {
    const applies = [{ document: { kind: 'transfer', documentId: '1' }, amount: usd('1') }] as const;
    expect(() => text({ ...DOCUMENTS.payment, applies })).toThrow(/kind transfer/);
  });

  test('a line in another currency stops the program', () => {
    const lines = [{ accountId: '80', description: '', amount: parseMoney('1', 'EUR') }];
    expect(() => text({ ...DOCUMENTS.expense, lines })).toThrow(/cannot stand in a document in USD/);
  });

  test('a number that QuickBooks would refuse stops the program', () => {
    const marking = { ...MARKING, number: 'ST-0123456789abcdefghj' };
    expect(() => documentBody({ document: DOCUMENTS.invoice, marking })).toThrow(/at most 21/);
  });
});
