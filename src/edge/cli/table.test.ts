import { expect, test } from 'vitest';
import { counted, grouped, table } from './table.ts';

test('a table aligns its columns and leaves no white space at line ends', () => {
  const rows = [
    { name: 'fees', amount: '-1.20' },
    { name: 'collected', amount: '12,843.00' },
  ];
  const text = table(rows, [
    { title: 'step', cell: (row) => row.name },
    { title: 'amount', align: 'right', cell: (row) => row.amount },
    { title: '', cell: () => '' },
  ]);
  expect(text).toBe(['step          amount', 'fees           -1.20', 'collected  12,843.00'].join('\n'));
});

test('a table without rows is empty', () => {
  expect(table([], [{ title: 'a', cell: () => 'b' }])).toBe('');
});

test.each([
  ['0.00', '0.00'],
  ['999.99', '999.99'],
  ['1234567.89', '1,234,567.89'],
  ['-12843.00', '-12,843.00'],
  ['1000', '1,000'],
  ['0.00041234567', '0.00041234567'],
])('%s is shown as %s', (amount, shown) => {
  expect(grouped(amount)).toBe(shown);
});

test('a count has its word', () => {
  expect([counted(1, 'entry', 'entries'), counted(0, 'entry', 'entries'), counted(2, 'event')]).toEqual([
    '1 entry',
    '0 entries',
    '2 events',
  ]);
});
