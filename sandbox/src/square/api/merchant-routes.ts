import type { SquareContext } from '../context.ts';
import type { Fields } from '../objects/kept.ts';
import type { SquareLocationOptions } from '../settings.ts';
import { bankAccountId } from '../verbs/payouts.ts';
import { notFound } from './errors.ts';
import { locationOf } from './finding.ts';
import type { Route } from './route.ts';

/** The business is older than anything that happens in it. */
const FOUNDED = '2024-01-02T09:00:00.000Z';

function merchant({ settings, mainLocation }: SquareContext): Fields {
  return {
    id: settings.merchantId,
    business_name: settings.businessName,
    country: settings.country,
    language_code: 'en-US',
    currency: settings.currency,
    status: 'ACTIVE',
    main_location_id: mainLocation,
    created_at: FOUNDED,
  };
}

function location({ settings }: SquareContext, one: SquareLocationOptions): Fields {
  return {
    id: one.id,
    name: one.name,
    timezone: one.timezone ?? 'America/Los_Angeles',
    capabilities: ['CREDIT_CARD_PROCESSING'],
    status: one.status ?? 'ACTIVE',
    created_at: FOUNDED,
    merchant_id: settings.merchantId,
    country: settings.country,
    language_code: 'en-US',
    currency: settings.currency,
    business_name: settings.businessName,
    type: 'PHYSICAL',
    business_hours: {},
  };
}

function bankAccount({ settings }: SquareContext, at: string): Fields {
  return {
    id: bankAccountId(at),
    account_number_suffix: '971',
    country: settings.country,
    currency: settings.currency,
    account_type: 'CHECKING',
    holder_name: settings.businessName,
    primary_bank_identification_number: '112200303',
    location_id: at,
    status: 'VERIFIED',
    creditable: true,
    debitable: true,
    version: 1,
    bank_name: 'Sandbox Bank',
  };
}

/** Who the seller is and where he sells. */
export const merchantRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/merchants',
    scope: 'MERCHANT_PROFILE_READ',
    fields: ['cursor'],
    answer: ({ context }) => ({ merchant: [merchant(context)] }),
  },
  {
    method: 'GET',
    path: '/v2/merchants/{merchant_id}',
    scope: 'MERCHANT_PROFILE_READ',
    fields: [],
    answer({ context, ids }) {
      if (ids[0] !== 'me' && ids[0] !== context.settings.merchantId) throw notFound('Merchant not found.');
      return { merchant: merchant(context) };
    },
  },
  {
    method: 'GET',
    path: '/v2/locations',
    scope: 'MERCHANT_PROFILE_READ',
    fields: [],
    answer: ({ context }) => ({ locations: context.settings.locations.map((one) => location(context, one)) }),
  },
  {
    method: 'GET',
    path: '/v2/locations/{location_id}',
    scope: 'MERCHANT_PROFILE_READ',
    fields: [],
    answer({ context, ids }) {
      const wanted = ids[0] === 'main' ? context.mainLocation : ids[0];
      const found = context.settings.locations.find(({ id }) => id === wanted);
      if (!found) throw notFound('Location not found.');
      return { location: location(context, found) };
    },
  },
  {
    method: 'GET',
    path: '/v2/bank-accounts',
    scope: 'BANK_ACCOUNTS_READ',
    fields: ['cursor', 'limit', 'location_id'],
    answer({ context, input }) {
      const only = locationOf(context, input);
      const ids = context.settings.locations.map(({ id }) => id).filter((id) => only === undefined || id === only);
      return { bank_accounts: ids.map((id) => bankAccount(context, id)) };
    },
  },
  {
    method: 'GET',
    path: '/v2/bank-accounts/{bank_account_id}',
    scope: 'BANK_ACCOUNTS_READ',
    fields: [],
    answer({ context, ids }) {
      const found = context.settings.locations.find(({ id }) => bankAccountId(id) === ids[0]);
      if (!found) throw notFound('Bank account not found.');
      return { bank_account: bankAccount(context, found.id) };
    },
  },
];
