import { settingsOf, sourceOptions } from '../connect-options.ts';
import { connectSourceCommand } from '../connect-source.ts';
import { command, list } from '../spec.ts';
import { anyText } from '../values.ts';

export const connectStripeCommand = command({
  name: 'connect stripe',
  summary: 'Connect a Stripe account',
  description:
    'Connects the account of a restricted or secret key and joins it to a ledger: every account that its entries need is found there or made. Again with another key, it replaces the key and goes on where it was.',
  examples: [
    ['counterfoil connect stripe --secret-file key --since 2026-11-01 --tax-unknown none', 'from November on'],
    ['pass stripe/key | counterfoil connect stripe --fees payout', 'the key from a password manager'],
  ],
  options: {
    ...sourceOptions,
    account: list('--account <id>', 'Only this account of those that the key reaches; may be given again', anyText),
  },
  run: (call, values) =>
    connectSourceCommand(call, {
      ...values,
      provider: 'stripe',
      baseUrl: undefined,
      accountIds: values.account,
      currencies: values.currency,
      settings: settingsOf(values),
    }),
});
