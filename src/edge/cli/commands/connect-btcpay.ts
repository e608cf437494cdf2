import { bitcoinOptions, settingsOf, sourceOptions } from '../connect-options.ts';
import { connectSourceCommand } from '../connect-source.ts';
import { command, list, option } from '../spec.ts';
import { anyText, baseUrl } from '../values.ts';

export const connectBtcpayCommand = command({
  name: 'connect btcpay',
  summary: 'Connect the stores of a BTCPay Server',
  description:
    'Connects the stores that an API key reaches and joins them to a ledger: every account that their entries need is found there or made. A server on a private network must be listed in COUNTERFOIL_PRIVATE_HOSTS.',
  examples: [
    ['counterfoil connect btcpay --base-url https://btcpay.example.com --secret-file key', 'every store of the key'],
    ['counterfoil connect btcpay --base-url http://btcpay.local --store 9CiN… --secret-file key', 'one store'],
  ],
  options: {
    ...sourceOptions,
    ...bitcoinOptions,
    baseUrl: option('--base-url <url>', 'Address of your server', baseUrl),
    store: list('--store <id>', 'Only this store of those that the key reaches; may be given again', anyText),
  },
  run: (call, values) =>
    connectSourceCommand(call, {
      ...values,
      provider: 'btcpay',
      accountIds: values.store,
      currencies: values.currency,
      settings: settingsOf(values),
    }),
});
