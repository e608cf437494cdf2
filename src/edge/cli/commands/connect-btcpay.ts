import { discoverServers } from '../../../hub/connections/index.ts';
import type { Call } from '../call.ts';
import { bitcoinOptions, settingsOf, sourceOptions } from '../connect-options.ts';
import { connectSourceCommand } from '../connect-source.ts';
import { type Answer, command, flag, list, option } from '../spec.ts';
import { anyText, baseUrl } from '../values.ts';

export const connectBtcpayCommand = command({
  name: 'connect btcpay',
  summary: 'Connect the stores of a BTCPay Server',
  description:
    'Connects stores of your server and joins them to a ledger: every account that their entries need is found there or made. With --server you allow the access on a page of the server, which hands us a key; with --base-url a key that you made there is read. A server on a private network must be listed in COUNTERFOIL_PRIVATE_HOSTS.',
  examples: [
    ['counterfoil connect btcpay --server https://btcpay.example.com', 'allow the access in the browser'],
    ['counterfoil connect btcpay --discover', 'look for a server on this home platform'],
    ['counterfoil connect btcpay --base-url https://btcpay.example.com --secret-file key', 'every store of a key'],
    ['counterfoil connect btcpay --base-url http://btcpay.local --store 9CiN… --secret-file key', 'one store'],
  ],
  options: {
    ...sourceOptions,
    ...bitcoinOptions,
    server: option('--server <url>', 'Address of your server, to allow the access on its page', baseUrl),
    browserUrl: option('--browser-url <url>', 'Where your browser reaches that server, if elsewhere', baseUrl),
    discover: flag('--discover', 'Only ask the addresses that Umbrel and StartOS give a BTCPay Server'),
    baseUrl: option('--base-url <url>', 'Address of your server, for a key given by hand', baseUrl),
    store: list('--store <id>', 'Only this store of those that the key reaches; may be given again', anyText),
  },
  check: ({ server, browserUrl, discover, baseUrl: given, secretFile }) => [
    ...(server !== undefined && (given !== undefined || secretFile !== undefined)
      ? ['--server lets the server grant a key: --base-url and --secret-file belong to one given by hand']
      : []),
    ...(browserUrl !== undefined && server === undefined ? ['--browser-url needs --server'] : []),
    ...(discover && (server !== undefined || given !== undefined)
      ? ['--discover only looks: it takes no address']
      : []),
  ],
  run: (call, { server, browserUrl, discover, ...values }) =>
    discover
      ? discoverCommand(call)
      : connectSourceCommand(call, {
          ...values,
          provider: 'btcpay',
          accountIds: values.store,
          currencies: values.currency,
          settings: settingsOf(values),
          ...(server === undefined ? {} : { pairing: { server, browserUrl } }),
        }),
});

function discoverCommand(call: Call): Promise<Answer> {
  return call.withNewHub(call.config(), async (hub, { id: tenantId }) => {
    const { asked, found } = await discoverServers(hub.doors, { tenantId, provider: 'btcpay', signal: call.signal });
    const lines = found.map(({ platform, server, isAllowed }) =>
      isAllowed
        ? `${platform}: ${server}\n  counterfoil connect btcpay --server ${server}`
        : `${platform}: ${server}\n  To use it, add ${new URL(server).hostname} to COUNTERFOIL_PRIVATE_HOSTS first.`,
    );
    const nothing = `No BTCPay Server answers at ${asked.join(', ')}. Connect yours by its address: counterfoil connect btcpay --server https://…`;
    return { exit: 'ok', data: { asked, found }, text: lines.length === 0 ? nothing : lines.join('\n') };
  });
}
