import { type ConnectedCompany, connectCompany } from '../../../hub/operate/index.ts';
import { credentialOptions } from '../connect-options.ts';
import { readSecret, readSecretFile } from '../read-secret.ts';
import { type Answer, command, option, required } from '../spec.ts';
import { anyText } from '../values.ts';

export const connectQuickbooksCommand = command({
  name: 'connect quickbooks',
  summary: 'Connect your books',
  description:
    'Connects a company of QuickBooks Online by an access token. Connect the books before the sources. Again with another token, it replaces the token and goes on where it was.',
  examples: [
    ['counterfoil connect quickbooks --company 9130347 --secret-file token', 'your books'],
    [
      'counterfoil connect quickbooks --company 9130347 --secret-file token --webhook-verifier-file verifier',
      'and their notifications',
    ],
  ],
  options: {
    ...credentialOptions,
    company: required('--company <id>', 'Company id (realm id)', anyText),
    webhookVerifierFile: option(
      '--webhook-verifier-file <path>',
      "File with the verifier token of the app's webhooks",
      anyText,
    ),
  },
  run: async (call, { company, environment, secretFile, webhookVerifierFile }) => {
    const { io, clock } = call.doors;
    const config = call.config();
    const token = await readSecret(io, secretFile);
    const webhookVerifier = webhookVerifierFile === undefined ? null : await readSecretFile(io, webhookVerifierFile);
    return call.withNewHub(config, async (hub, { id: tenantId }) => {
      call.output.progress('Connecting QuickBooks');
      const ledger = {
        tenantId,
        provider: 'quickbooks',
        environment,
        token,
        baseUrl: null,
        since: clock.now(),
        companyId: company,
      };
      return toAnswer(await connectCompany(hub.doors, hub, { ledger, webhookVerifier, signal: call.signal }));
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
