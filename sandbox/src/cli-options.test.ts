import { describe, expect, test } from 'vitest';
import { readCommandLine } from './cli-options.ts';

describe('the command line', () => {
  test('has a default for everything', () => {
    expect(readCommandLine([])).toEqual({
      kind: 'run',
      options: {
        port: 4180,
        host: '127.0.0.1',
        state: undefined,
        seed: 1,
        month: undefined,
        charges: 1_000,
        btcpayInvoices: 200,
        squareSales: 200,
        invoicing: false,
        faults: {},
        noLimits: false,
        endWithInput: false,
        json: false,
      },
    });
  });

  test('reads every option', () => {
    const args =
      '--port 0 --state ./x --seed 5 --month 2026-10 --charges 100 --btcpay-invoices 0 --square-sales 7 --json --invoicing --faults 429=0.1,hang=1';
    expect(readCommandLine(args.split(' '))).toMatchObject({
      kind: 'run',
      options: {
        port: 0,
        state: './x',
        seed: 5,
        month: '2026-10',
        charges: 100,
        btcpayInvoices: 0,
        squareSales: 7,
        json: true,
        invoicing: true,
        faults: { '429': 0.1, hang: 1 },
      },
    });
  });

  test('shows help', () => {
    expect(readCommandLine(['--help'])).toEqual({ kind: 'help' });
  });

  test('names every problem at once', () => {
    const refused = readCommandLine([
      '--port',
      'x',
      '--colour',
      '--month=2026-13',
      '--charges',
      '3',
      '--faults',
      'boom=1',
      'extra',
      '--json=yes',
    ]);
    expect(
      refused.kind === 'refused' && refused.problems.map((problem) => problem.split(',')[0]?.split(';')[0]),
    ).toEqual([
      '--colour is not an option',
      'extra is not an option',
      '--json takes no value',
      '--month must look like 2026-10',
      '--port must be a whole number from 0 to 65535',
      '--charges must be a whole number from 50 to 100000',
      '--faults: boom is not a fault',
    ]);
  });

  test('wants the value of an option', () => {
    const refused = readCommandLine(['--seed']);
    expect(refused).toEqual({ kind: 'refused', problems: ['--seed needs a value'] });
  });
});
