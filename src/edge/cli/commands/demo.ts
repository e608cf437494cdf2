import { command, flag, option } from '../spec.ts';
import { faults, month, oneOf, wholeNumber } from '../values.ts';

/** Below it the made-up month cannot hold every kind of event once. */
const MIN_CHARGES = 50;
/** What a home machine still books in an evening. */
const MAX_CHARGES = 100_000;
const MAX_BTCPAY_INVOICES = 20_000;

const FEES = ['transaction', 'payout'] as const;
const MODES = ['deposit', 'invoicing'] as const;

export const demoCommand = command({
  name: 'demo',
  summary: 'Book a made-up month, offline',
  description:
    'Starts a Stripe, a BTCPay Server and a QuickBooks that live on this machine, fills them with a month of business, and books it through the real product: nothing leaves the machine. Run again, it goes on where it stopped and posts nothing twice. Everything is kept in ./data-demo.',
  examples: [
    ['counterfoil demo', 'a month, reconciled to the cent'],
    [
      'counterfoil demo --fresh --faults timeoutAfterCommit=0.2,429=0.1,retryAfterSeconds=1',
      'the same over a bad network',
    ],
    ['counterfoil demo --json | jq .postings', 'for scripts'],
  ],
  options: {
    fresh: flag('--fresh', 'Forget what an earlier run left'),
    seed: option('--seed <n>', 'Which month is made up', wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    month: option('--month <yyyy-mm>', 'When it takes place', month),
    charges: option('--charges <n>', `Stripe charges, at least ${MIN_CHARGES}`, wholeNumber(MIN_CHARGES, MAX_CHARGES)),
    btcpayInvoices: option('--btcpay-invoices <n>', 'BTCPay invoices', wholeNumber(0, MAX_BTCPAY_INVOICES)),
    faults: option(
      '--faults <list>',
      'What goes wrong how often, as timeoutAfterCommit=0.2,429=0.1,retryAfterSeconds=1',
      faults,
    ),
    fees: option('--fees <detail>', 'One fee entry for each transaction or for each payout', oneOf(...FEES), {
      choices: FEES,
    }),
    mode: option('--mode <mode>', 'deposit, or invoicing', oneOf(...MODES), { choices: MODES }),
    realLimits: flag('--real-limits', "Obey the providers' documented limits: slower, as in reality"),
  },
  run: (call, values) => call.doors.demo({ ...values, json: call.isJson }, call.doors.io),
});
