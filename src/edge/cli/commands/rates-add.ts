import { recordRate } from '../../../hub/operate/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { command, required } from '../spec.ts';
import { anyText, currency, decimal, instant } from '../values.ts';

export const ratesAddCommand = command({
  name: 'rates add',
  summary: 'Store a market price of bitcoin',
  description:
    'Stores what one bitcoin cost at a moment. Pairs that value coins at the market use the newest price of the last ' +
    '15 minutes before a payment; a payment without one waits.',
  examples: [
    ['counterfoil rates add --currency USD --at 2026-10-31T08:00:00Z --rate 64392.23 --source bitstamp', 'one price'],
  ],
  options: {
    currency: required('--currency <code>', 'currency of the price', currency),
    at: required('--at <instant>', 'moment of the price, UTC', instant),
    rate: required('--rate <price>', 'price of one bitcoin, as a decimal', decimal),
    source: required('--source <name>', 'where the price was taken from', anyText),
  },
  run: (call, { currency: code, at, rate, source }) =>
    call.withHub(async ({ doors }, tenant) => {
      await recordRate(doors, tenant.id, { currency: code, at, rate, source });
      const stored = { currency: code, at: isoInstant(at), rate, source };
      return { exit: 'ok', data: stored, text: `1 BTC = ${rate} ${code} at ${stored.at}, from ${source}. Stored.` };
    }),
});
