import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bench, bench, type Reply } from './support.ts';

const RUNS = 30;
const ref = (value: string) => ({ value });
const cents = fc.integer({ min: 1, max: 50_000 }).map((value) => value / 100);
const pick = fc.nat({ max: 1000 });

/** One thing to try. Numbers choose among what exists; what makes no sense is refused, and that must change nothing. */
type Step = {
  readonly kind: string;
  readonly amount: number;
  readonly other: number;
  readonly pick: number;
  readonly second: number;
};
const KINDS = [
  'receipt',
  'refund',
  'invoice',
  'memo',
  'payment',
  'zero',
  'deposit',
  'transfer',
  'journal',
  'purchase',
  'credit',
  'bill',
  'billpayment',
  'edit',
  'delete',
  'void',
];
const stepOf = (kinds: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constantFrom(...kinds), amount: cents, other: cents, pick, second: pick });

/** Long runs of steps, half of them without journal entries, whose open part no answer shows. */
const stepsOf = (minLength: number, maxLength: number): fc.Arbitrary<Step[]> => {
  const lengths = { minLength, maxLength, size: 'max' } as const;
  return fc.oneof(
    fc.array(stepOf(KINDS), lengths),
    fc.array(stepOf(KINDS.filter((kind) => kind !== 'journal')), lengths),
  );
};

const item = (Amount: number, tax = 'NON') => ({
  Amount,
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: { TaxCodeRef: ref(tax) },
});
const cost = (Amount: number, account: string) => ({
  Amount,
  DetailType: 'AccountBasedExpenseLineDetail',
  AccountBasedExpenseLineDetail: { AccountRef: ref(account) },
});
const linked = (Amount: number, TxnType: string, TxnId: string) => ({
  Amount,
  LinkedTxn: [{ TxnId, TxnType, TxnLineId: '0' }],
});

function chosen(
  b: Bench,
  number: number,
  entities?: readonly string[],
): { entity: string; id: string; total: number } | undefined {
  const all = b.qbo.ledger().documents.filter((document) => entities?.includes(document.entity) !== false);
  return all.length === 0 ? undefined : all[number % all.length];
}

/** The request a step stands for. */
function request(b: Bench, s: Step): readonly [path: string, body: unknown] {
  const account = (name: string) => ref(b.account(name));
  const customer = { CustomerRef: ref('1') };
  const money = account(s.pick % 2 === 0 ? 'Checking' : 'Undeposited Funds');
  const target = chosen(b, s.pick, ['Invoice', 'CreditMemo', 'JournalEntry', 'Payment']);
  const lines = [item(s.amount, 'TAX'), item(s.other)];
  switch (s.kind) {
    case 'receipt':
      return ['salesreceipt', { DepositToAccountRef: money, Line: lines, TxnTaxDetail: { TotalTax: s.other } }];
    case 'refund':
      return ['refundreceipt', { DepositToAccountRef: money, Line: lines, TxnTaxDetail: { TxnTaxCodeRef: ref('2') } }];
    case 'invoice':
      return ['invoice', { ...customer, Line: lines }];
    case 'memo':
      return ['creditmemo', { ...customer, Line: lines }];
    case 'payment':
      return [
        'payment',
        {
          ...customer,
          TotalAmt: s.amount,
          Line: target === undefined ? [] : [linked(Math.min(s.amount, s.other), target.entity, target.id)],
        },
      ];
    case 'zero': {
      const [charge, credit] = [
        chosen(b, s.pick, ['Invoice', 'JournalEntry']),
        chosen(b, s.second, ['CreditMemo', 'Payment', 'JournalEntry']),
      ];
      const Line =
        charge && credit
          ? [linked(s.amount, charge.entity, charge.id), linked(s.amount, credit.entity, credit.id)]
          : [];
      return ['payment', { ...customer, TotalAmt: 0, Line }];
    }
    case 'deposit': {
      const waiting = chosen(b, s.pick, ['SalesReceipt', 'Payment', 'RefundReceipt']);
      const sign = waiting?.entity === 'RefundReceipt' ? -1 : 1;
      const own = {
        Amount: s.other,
        DetailType: 'DepositLineDetail',
        DepositLineDetail: { AccountRef: account('Sales') },
      };
      const Line = waiting ? [linked((sign * waiting.total) / 100, waiting.entity, waiting.id), own] : [own];
      return ['deposit', { DepositToAccountRef: account('Checking'), Line }];
    }
    case 'transfer':
      return ['transfer', { FromAccountRef: account('Checking'), ToAccountRef: account('Savings'), Amount: s.amount }];
    case 'journal': {
      const side = s.second % 2 === 0 ? ['Debit', 'Credit'] : ['Credit', 'Debit'];
      const entry = (PostingType: string | undefined, AccountRef: object, more: object = {}) => ({
        Amount: s.amount,
        DetailType: 'JournalEntryLineDetail',
        JournalEntryLineDetail: { PostingType, AccountRef, ...more },
      });
      const entity = { Entity: { Type: 'Customer', EntityRef: ref('1') } };
      return [
        'journalentry',
        { Line: [entry(side[0], account('Accounts Receivable (A/R)'), entity), entry(side[1], account('Checking'))] },
      ];
    }
    case 'purchase':
      return [
        'purchase',
        { PaymentType: 'Cash', AccountRef: account('Checking'), Line: [cost(s.amount, b.account('Sales'))] },
      ];
    case 'credit':
      return [
        'purchase',
        {
          PaymentType: 'CreditCard',
          Credit: true,
          AccountRef: account('Credit Card'),
          Line: [cost(s.amount, b.account('Sales'))],
        },
      ];
    case 'bill':
      return [
        'bill',
        { VendorRef: ref('1'), Line: [cost(s.amount, b.account('Sales')), cost(-s.other / 10, b.account('Services'))] },
      ];
    case 'billpayment': {
      const bill = chosen(b, s.pick, ['Bill']);
      const Line = bill ? [linked(s.amount, 'Bill', bill.id)] : [];
      return [
        'billpayment',
        {
          VendorRef: ref('1'),
          PayType: 'Check',
          TotalAmt: s.amount,
          CheckPayment: { BankAccountRef: account('Checking') },
          Line,
        },
      ];
    }
    default: {
      const victim = chosen(b, s.pick);
      const object =
        victim === undefined ? {} : (b.qbo.read(victim.entity as 'Invoice', victim.id) as Record<string, unknown>);
      const path = (victim?.entity ?? 'invoice').toLowerCase();
      if (s.kind !== 'edit') return [`${path}?operation=${s.kind}`, object];
      const isSale = ['Invoice', 'CreditMemo', 'SalesReceipt', 'RefundReceipt'].includes(victim?.entity ?? '');
      return [path, isSale ? { ...object, Line: [item(s.other)] } : { ...object, PrivateNote: 'edited' }];
    }
  }
}

async function company(): Promise<Bench> {
  const b = bench();
  await b.make('Customer', { DisplayName: 'Ada' });
  await b.make('Vendor', { DisplayName: 'Processor Inc' });
  return b;
}

/** What must hold after every step. */
function check(b: Bench): void {
  expect(b.qbo.ledger().trialBalanceDifference).toBe(0);
  const sums = new Map<string, number>();
  for (const entry of b.qbo.entries())
    sums.set(`${entry.entity}/${entry.id}`, (sums.get(`${entry.entity}/${entry.id}`) ?? 0) + entry.amount);
  expect([...sums.values()].filter((sum) => sum !== 0)).toEqual([]);
  const open = (entity: 'Invoice' | 'CreditMemo' | 'Payment', member: string): number =>
    b.qbo
      .ledger()
      .documents.filter((document) => document.entity === entity)
      .reduce((sum, document) => {
        const left = (b.qbo.read(entity, document.id) as Record<string, number>)[member] ?? 0;
        expect(left, `${entity} ${document.id}`).toBeGreaterThanOrEqual(0);
        return sum + Math.round(left * 100);
      }, 0);
  const journals = b.qbo
    .entries()
    .filter((entry) => entry.entity === 'JournalEntry' && entry.accountName.startsWith('Accounts Rec'));
  if (journals.length > 0) return;
  expect(open('Invoice', 'Balance') - open('CreditMemo', 'RemainingCredit') - open('Payment', 'UnappliedAmt')).toBe(
    b.balance('Accounts Receivable (A/R)'),
  );
}

const post = async (b: Bench, s: Step, requestId: string): Promise<readonly [Reply, string, unknown]> => {
  const [path, body] = request(b, s);
  const target = `${path}${path.includes('?') ? '&' : '?'}requestid=${requestId}`;
  return [await b.post(target, body), target, body];
};

test('after any steps the books balance, open items agree with receivables, and a refusal changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(stepsOf(0, 60), async (steps) => {
      const b = await company();
      for (const [number, s] of steps.entries()) {
        const before = JSON.stringify(b.qbo.snapshot());
        const [reply] = await post(b, s, `r${number}`);
        expect([200, 400], reply.text).toContain(reply.status);
        if (reply.status === 400) expect(JSON.stringify(b.qbo.snapshot()) === before, reply.text).toBe(true);
        check(b);
      }
    }),
    { numRuns: RUNS, seed: 20261120 },
  );
});

test('replaying any accepted request under its requestid never changes the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(stepsOf(5, 40), pick, async (steps, which) => {
      const b = await company();
      const done: (readonly [Reply, string, unknown])[] = [];
      for (const [number, s] of steps.entries()) {
        const posted = await post(b, s, `r${number}`);
        if (posted[0].status === 200) done.push(posted);
      }
      if (done.length === 0) return;
      const before = JSON.stringify([b.qbo.ledger(), b.qbo.entries()]);
      const [first, target, body] = done[which % done.length]!;
      expect((await b.post(target, body)).text).toBe(first.text);
      expect(JSON.stringify([b.qbo.ledger(), b.qbo.entries()]) === before).toBe(true);
    }),
    { numRuns: RUNS, seed: 20261120 },
  );
});
