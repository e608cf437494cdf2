import { type ConnectedCompany, connectCompany, openCompany } from '../../../hub/operate/index.ts';
import { authorise, authoriseOptions } from '../authorise.ts';
import { credentialOptions } from '../connect-options.ts';
import { readSecret, readSecretFile } from '../read-secret.ts';
import { type Answer, command, option } from '../spec.ts';
import { anyText } from '../values.ts';

export const connectQuickbooksCommand = command({
  name: 'connect quickbooks',
  summary: 'Connect your books',
  description:
    'Connects a company of QuickBooks Online: you allow the access there and choose the company. Connect the books before the sources. Again for the same company, it renews the authorisation and goes on where it was. With --company an access token is used as it is, for an hour: for tries only.',
  examples: [
    ['counterfoil connect quickbooks', 'allow the access in the browser'],
    ['counterfoil connect quickbooks --paste-back', 'on a machine that the provider cannot send a browser to'],
    ['counterfoil connect quickbooks --webhook-verifier-file verifier', 'with notifications'],
  ],
  options: {
    ...credentialOptions,
    ...authoriseOptions,
    company: option('--company <id>', 'Company id (realm id) of an access token given by hand', anyText),
    webhookVerifierFile: option(
      '--webhook-verifier-file <path>',
      "File with the verifier token of the app's webhooks",
      anyText,
    ),
  },
  check: ({ company, secretFile, pasteBack, redirectUri }) => [
    ...(company === undefined && secretFile !== undefined ? ['--secret-file needs --company'] : []),
    ...(company !== undefined && (pasteBack || redirectUri !== undefined)
      ? ['--company takes a token: --paste-back and --redirect-uri belong to an authorisation in the browser']
      : []),
  ],
  run: async (call, { company, environment, secretFile, webhookVerifierFile, ...words }) => {
    const { io, clock } = call.doors;
    const config = call.config();
    const token = company === undefined ? null : await readSecret(io, secretFile);
    const webhookVerifier = webhookVerifierFile === undefined ? null : await readSecretFile(io, webhookVerifierFile);
    return call.withNewHub(config, async (hub, { id: tenantId }) => {
      const rest = { webhookVerifier, signal: call.signal };
      const about = { tenantId, provider: 'quickbooks', environment, since: clock.now() };
      if (company !== undefined && token !== null) {
        call.output.progress('Connecting QuickBooks');
        const ledger = { ...about, token, baseUrl: null, companyId: company };
        return toAnswer(await connectCompany(hub.doors, hub, { ...rest, ledger }));
      }
      const connection = await authorise(call, hub, { ...about, ...words, reconnect: null });
      call.output.progress('Reading the terms of the books');
      return toAnswer(await openCompany(hub.doors, hub, { ...rest, connection }));
    });
  },
});

function toAnswer({ connection, company, webhookUrl }: ConnectedCompany): Answer {
  const { id, provider, accountId, displayName, environment } = connection;
  const { homeCurrency, multiCurrency, closedThrough, enforcesNumbers } = company;
  const lines = [
    `Connected ${displayName} (${provider} ${accountId}) as ${id}; home currency ${homeCurrency}.`,
    ...(closedThrough === null ? [] : [`Its books are closed through ${closedThrough}.`]),
    ...(enforcesNumbers ? [] : [NUMBERS_OFF]),
    ...(webhookUrl === null ? [] : [`Enter this address for webhooks in Intuit's developer portal: ${webhookUrl}`]),
    'Next, connect a source: `counterfoil connect stripe` or `counterfoil connect btcpay`.',
  ];
  const data = {
    id,
    provider,
    accountId,
    displayName,
    environment,
    homeCurrency,
    multiCurrency,
    closedThrough,
    enforcesNumbers,
    webhookUrl,
  };
  return { exit: 'ok', data, text: lines.join('\n') };
}

const NUMBERS_OFF =
  'Warning: custom transaction numbers are off in this company. Switch them on (Account and settings, Sales): QuickBooks then refuses a number that was used before, one more guard against duplicates.';
