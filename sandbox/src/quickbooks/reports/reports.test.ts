import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const ref = (value: string) => ({ value });
const sale = (Amount: number) => [{ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }];
const cost = (Amount: number) => [
  {
    Amount,
    DetailType: 'AccountBasedExpenseLineDetail',
    AccountBasedExpenseLineDetail: { AccountRef: ref(b.account('Bank Charges & Fees')) },
  },
];

/** Rows of a report as lines of text, sections with their depth lost. */
function lines(report: unknown): string[] {
  const node = report as {
    Rows?: { Row: unknown[] };
    Header?: { ColData?: Cell[] };
    ColData?: Cell[];
    Summary?: { ColData: Cell[] };
  };
  return [
    ...cellsText(node.ColData ?? node.Header?.ColData),
    ...(node.Rows?.Row ?? []).flatMap(lines),
    ...cellsText(node.Summary?.ColData),
  ];
}
interface Cell {
  readonly value: string;
}
function cellsText(cells: readonly Cell[] | undefined): string[] {
  return cells === undefined
    ? []
    : [
        cells
          .map((cell) => cell.value)
          .filter((value) => value !== '')
          .join(' | '),
      ];
}
const reported = async (path: string): Promise<string[]> => lines((await b.get(`reports/${path}`)).json);

beforeEach(async () => {
  b = bench();
  const account = ref(b.account('Checking'));
  await b.make('SalesReceipt', { TxnDate: '2025-12-30', DepositToAccountRef: account, Line: sale(40) });
  await b.make('SalesReceipt', {
    TxnDate: '2026-10-31',
    DepositToAccountRef: account,
    Line: sale(100),
    DocNumber: 'ST-1',
  });
  await b.make('SalesReceipt', {
    TxnDate: '2026-11-02',
    DepositToAccountRef: account,
    Line: sale(50),
    DocNumber: 'ST-2',
  });
  await b.make('Purchase', { PaymentType: 'Cash', TxnDate: '2026-11-03', AccountRef: account, Line: cost(1.75) });
});

describe('reports', () => {
  test('trial balance: both sides agree, and earlier years stand on retained earnings', async () => {
    expect(await reported('TrialBalance?end_date=2026-11-20')).toEqual([
      'Bank Charges & Fees | 1.75',
      'Checking | 188.25',
      'Retained Earnings | 40.00',
      'Services | 150.00',
      'TOTAL | 190.00 | 190.00',
    ]);
  });

  test('profit and loss of a period', async () => {
    expect(await reported('ProfitAndLoss?start_date=2026-11-01&end_date=2026-11-30')).toEqual([
      'Income',
      'Services | 50.00',
      'Total Income | 50.00',
      'Gross Profit | 50.00',
      'Expenses',
      'Bank Charges & Fees | 1.75',
      'Total Expenses | 1.75',
      'Net Operating Income | 48.25',
      'Net Other Income | 0.00',
      'Net Income | 48.25',
    ]);
  });

  test('balance sheet: assets are liabilities and equity', async () => {
    expect(await reported('BalanceSheet?end_date=2026-11-20')).toEqual([
      'ASSETS',
      'Bank Accounts',
      'Checking | 188.25',
      'Total Bank Accounts | 188.25',
      'Total ASSETS | 188.25',
      'LIABILITIES AND EQUITY',
      'Equity',
      'Retained Earnings | 40.00',
      'Net Income | 148.25',
      'Total Equity | 188.25',
      'Total LIABILITIES AND EQUITY | 188.25',
    ]);
  });

  test('general ledger of an account: opening, entries, running balance', async () => {
    const account = b.account('Checking');
    expect(await reported(`GeneralLedger?start_date=2026-11-01&end_date=2026-11-30&account=${account}`)).toEqual([
      'Checking',
      'Beginning Balance | 140.00',
      '2026-11-02 | Sales Receipt | ST-2 | Services | 50.00 | 190.00',
      '2026-11-03 | Purchase | Bank Charges & Fees | -1.75 | 188.25',
      'Total for Checking | 48.25',
    ]);
  });

  test('aged receivables: open invoices by lateness, credits against them', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const invoice = (TxnDate: string, amount: number) =>
      b.make('Invoice', { CustomerRef: ref(customer), TxnDate, Line: sale(amount) });
    await invoice('2026-11-20', 10);
    await invoice('2026-10-01', 20);
    await invoice('2026-01-01', 30);
    await b.make('Payment', { CustomerRef: ref(customer), TotalAmt: 5, TxnDate: '2026-11-19' });
    const reply = await b.get('reports/AgedReceivables?report_date=2026-11-20');
    expect(lines(reply.json)).toEqual([
      'Ada | 10.00 | -5.00 | 20.00 | 30.00 | 55.00',
      'TOTAL | 10.00 | -5.00 | 20.00 | 30.00 | 55.00',
    ]);
  });

  test('are empty without entries, and refuse what they do not offer', async () => {
    b = bench();
    expect((await b.get('reports/TrialBalance')).json).toMatchObject({
      Rows: {},
      Header: { Currency: 'USD', StartPeriod: '2026-11-01' },
    });
    expect(faultOf(await b.get('reports/Horoscope')).code).toBe('500');
    expect(faultOf(await b.get('reports/TrialBalance?start_date=tomorrow')).code).toBe('2010');
    expect(faultOf(await b.get('reports/TrialBalance?accounting_method=Cash')).code).toBe('2010');
    expect(faultOf(await b.get('reports/GeneralLedger?account=999')).code).toBe('2500');
  });
});
