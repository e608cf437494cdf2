import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACME, type Bench, bench, type Row } from './support.ts';

const RUNS = 40;
const KINDS = [
  'invoice',
  'bill',
  'note',
  'payment',
  'refund',
  'allocate',
  'receive',
  'spend',
  'transfer',
  'journal',
  'edit',
  'end',
] as const;
const CODES = ['090', '091', '200', '260', '400', '404', '610', '630', '800', '850', '960'];
const AMOUNT_TYPES = ['Exclusive', 'Inclusive', 'NoTax'];

/** One thing to try. Numbers choose among what exists; what makes no sense is refused, and that must change nothing. */
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  cents: fc.oneof(fc.constant(0), fc.integer({ min: -2_000, max: 50_000 })),
  other: fc.oneof(fc.constant(0), fc.integer({ min: -2_000, max: 50_000 })),
  quantity: fc.integer({ min: 1, max: 30_000 }).map((units) => units / 10_000),
  code: fc.constantFrom(...CODES),
  second: fc.constantFrom(...CODES),
  amounts: fc.constantFrom(...AMOUNT_TYPES),
  status: fc.constantFrom('DRAFT', 'SUBMITTED', 'AUTHORISED', 'AUTHORISED', 'AUTHORISED', 'POSTED'),
  day: fc.integer({ min: 1, max: 28 }),
  pick: fc.nat({ max: 1_000 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const ENDED = ['DELETED', 'VOIDED'];
const RESOURCES = ['Invoices', 'CreditNotes', 'Payments', 'BankTransactions', 'BankTransfers', 'ManualJournals'];

async function take({ api }: Bench, step: Step, made: { resource: string; id: string }[]): Promise<void> {
  const { cents, other, code, second, pick } = step;
  const day = `2026-11-${String(step.day).padStart(2, '0')}`;
  const lines = [
    { Description: 'A', Quantity: step.quantity, UnitAmount: cents / 100, AccountCode: code },
    { Description: 'B', Quantity: 1, UnitAmount: other / 100, AccountCode: second },
  ];
  const document = {
    Contact: { Name: `Party ${pick % 2}` },
    Date: day,
    DueDate: day,
    LineAmountTypes: step.amounts,
    LineItems: lines,
  };
  const chosen = (resource: string) => {
    const all = made.filter((each) => each.resource === resource);
    return all[pick % Math.max(1, all.length)]?.id ?? 'none';
  };
  const put = async (resource: string, body: Row) => {
    const reply = await api('PUT', resource, body);
    const id = reply.status === 200 ? reply.rows(resource)[0]?.[`${resource.slice(0, -1)}ID`] : undefined;
    if (id !== undefined) made.push({ resource, id: String(id) });
  };
  const { resource, id } = made[pick % Math.max(1, made.length)] ?? { resource: 'Invoices', id: 'none' };
  const money = { Account: { Code: code }, Date: day, Amount: cents / 100 };
  switch (step.kind) {
    case 'invoice':
      return await put('Invoices', { ...document, Type: 'ACCREC', Status: step.status });
    case 'bill':
      return await put('Invoices', { ...document, Type: 'ACCPAY', Status: step.status });
    case 'note':
      return await put('CreditNotes', {
        ...document,
        Type: pick % 2 ? 'ACCRECCREDIT' : 'ACCPAYCREDIT',
        Status: step.status,
      });
    case 'payment':
      return await put('Payments', { ...money, Invoice: { InvoiceID: chosen('Invoices') } });
    case 'refund':
      return await put('Payments', { ...money, CreditNote: { CreditNoteID: chosen('CreditNotes') } });
    case 'allocate': {
      const path = `CreditNotes/${chosen('CreditNotes')}/Allocations`;
      return void (await api('PUT', path, {
        Amount: cents / 100,
        Date: day,
        Invoice: { InvoiceID: chosen('Invoices') },
      }));
    }
    case 'receive':
      return await put('BankTransactions', { ...document, Type: 'RECEIVE', BankAccount: { Code: second } });
    case 'spend':
      return await put('BankTransactions', { ...document, Type: 'SPEND', BankAccount: { Code: '090' } });
    case 'transfer':
      return await put('BankTransfers', {
        FromBankAccount: { Code: code },
        ToBankAccount: { Code: '090' },
        Amount: cents / 100,
        Date: day,
      });
    case 'journal': {
      const sides = [
        { LineAmount: cents / 100, AccountCode: code },
        { LineAmount: -cents / 100, AccountCode: second },
      ];
      return await put('ManualJournals', {
        Narration: 'J',
        Date: day,
        Status: step.status,
        JournalLines: sides,
        LineAmountTypes: step.amounts,
      });
    }
    case 'edit':
      return void (await api('POST', `${resource}/${id}`, { Status: step.status, Date: day, LineItems: lines }));
    case 'end':
      return void (await api('POST', `${resource}/${id}`, { Status: ENDED[step.day % 2] }));
  }
}

/** Receivable and payable say the same as the documents that are open. */
function openOf(made: Bench, all: readonly { resource: string; id: string }[]): number {
  const read = (resource: string, id: string) => made.xero.read(ACME, resource.slice(0, -1) as 'Invoice', id) as Row;
  return all
    .filter(({ resource }) => resource === 'Invoices' || resource === 'CreditNotes')
    .map(({ resource, id }) => read(resource, id))
    .filter(({ Status }) => Status === 'AUTHORISED' || Status === 'PAID')
    .reduce((sum, { Type, AmountDue, RemainingCredit }) => {
      const sign = Type === 'ACCREC' || Type === 'ACCPAYCREDIT' ? 1 : -1;
      return sum + sign * Math.round(Number(AmountDue ?? RemainingCredit) * 100);
    }, 0);
}

test('the books balance, and open documents agree with receivable and payable, whatever is posted', async () => {
  let posted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      const made = bench();
      const all: { resource: string; id: string }[] = [];
      for (const each of steps) {
        await take(made, each, all);
        expect(made.xero.ledger(ACME).trialBalanceDifference).toBe(0);
      }
      posted += made.xero.ledger(ACME).documents.length;
      expect(openOf(made, all)).toBe(made.balance('610') + made.balance('800'));
      expect(all.every(({ resource }) => RESOURCES.includes(resource))).toBe(true);
    }),
    { numRuns: RUNS, seed: 7 },
  );
  expect(posted).toBeGreaterThan(RUNS);
});
