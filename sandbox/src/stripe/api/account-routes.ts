import type { StripeContext } from '../context.ts';
import { balanceOf } from '../ledger.ts';
import type { Rendered } from '../render.ts';
import type { Call, Route } from './route.ts';

function account({ settings }: StripeContext): Rendered {
  return {
    id: settings.accountId,
    object: 'account',
    business_profile: {
      mcc: '5734',
      minority_owned_business_designation: [],
      name: settings.accountName,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    business_type: 'company',
    charges_enabled: true,
    country: settings.country,
    default_currency: settings.currency,
    details_submitted: true,
    email: 'owner@acme.invalid',
    metadata: {},
    payouts_enabled: true,
    settings: {
      dashboard: { display_name: settings.accountName, timezone: settings.timeZone },
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: settings.payoutDelayDays, interval: 'daily' },
        statement_descriptor: null,
      },
    },
    type: 'standard',
  };
}

function currencies(context: StripeContext): string[] {
  const used = context.state.tables.balanceTransactions.all().map((row) => row.currency);
  return [...new Set([context.settings.currency, ...used])];
}

function balance({ context, now }: Call): Rendered {
  const amounts = currencies(context).map((currency) => ({ currency, ...balanceOf(context, currency, now) }));
  const shown = (amount: number, currency: string) => ({ amount, currency, source_types: { card: amount } });
  return {
    object: 'balance',
    available: amounts.map(({ available, currency }) => shown(available, currency)),
    instant_available: amounts.map(({ available, pending, currency }) =>
      shown(Math.max(0, available + pending), currency),
    ),
    livemode: false,
    pending: amounts.map(({ pending, currency }) => shown(pending, currency)),
  };
}

/** The account itself and its balance. */
export const accountRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/account',
    resource: 'account',
    params: ['expand'],
    answer: ({ context }) => account(context),
  },
  { method: 'GET', path: '/v1/balance', resource: 'balance', params: ['expand'], answer: balance },
];
