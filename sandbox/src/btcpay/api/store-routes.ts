import type { BtcpayContext } from '../context.ts';
import { PAYMENT_METHODS } from '../invoice.ts';
import { SERVER_VERSION, type Store } from '../settings.ts';
import { notFound } from './errors.ts';
import { holds, keyNamed } from './permissions.ts';
import { bothPaths, type Call, type Route } from './route.ts';
import { payoutView, storeView } from './views.ts';

const VIEW = 'btcpay.store.canviewstoresettings';
/** A height that a regtest chain could have. */
const CHAIN_HEIGHT = 212;

function serverInfo(): unknown {
  return {
    version: SERVER_VERSION,
    onion: '',
    supportedPaymentMethods: PAYMENT_METHODS,
    fullySynched: true,
    syncStatus: [
      {
        paymentMethodId: 'BTC-CHAIN',
        nodeInformation: { headers: CHAIN_HEIGHT, blocks: CHAIN_HEIGHT, verificationProgress: 1 },
        chainHeight: CHAIN_HEIGHT,
        syncHeight: CHAIN_HEIGHT,
        available: true,
      },
    ],
  };
}

function keyData(context: BtcpayContext, key: string): unknown {
  const known = keyNamed(context, key);
  return known && { apiKey: known.key, label: known.label, permissions: known.permissions };
}

function revokeKey({ context, key }: Call): unknown {
  const revoked = keyData(context, key);
  context.state.revokedKeys.add(key);
  return revoked;
}

function theStore({ context, ids }: Call): Store {
  const store = context.store(ids.storeId ?? '');
  if (!store) throw notFound('store');
  return store;
}

function rates(call: Call): unknown {
  const { rates: known } = call.context;
  const pairs = call.query.getAll('currencyPair');
  const asked = pairs.length > 0 ? pairs : [`BTC_${theStore(call).currency}`];
  return asked.map((currencyPair) => {
    const [base = '', quote = ''] = currencyPair.toUpperCase().split('_');
    const rate = base === 'BTC' ? known[quote] : undefined;
    return rate === undefined
      ? { currencyPair, errors: ['No rate available'], rate: null }
      : { currencyPair, errors: [], rate };
  });
}

function payouts({ context, ids, query }: Call): unknown {
  const includeCancelled = query.get('includeCancelled') === 'true';
  return context.state.payouts
    .all()
    .filter((payout) => payout.storeId === ids.storeId && (includeCancelled || payout.state !== 'Cancelled'))
    .map(payoutView)
    .reverse();
}

function thePayout({ context, ids }: Call): unknown {
  const payout = context.state.payouts.get(ids.payoutId ?? '');
  if (!payout || (ids.storeId !== undefined && payout.storeId !== ids.storeId)) throw notFound('payout');
  return payoutView(payout);
}

export const storeRoutes: readonly Route[] = [
  { method: 'GET', path: '/health', permission: null, open: true, answer: () => ({ synchronized: true }) },
  { method: 'GET', path: '/server/info', permission: null, answer: serverInfo },
  { method: 'GET', path: '/api-keys/current', permission: null, answer: ({ context, key }) => keyData(context, key) },
  { method: 'DELETE', path: '/api-keys/current', permission: null, answer: revokeKey },
  {
    method: 'GET',
    path: '/stores',
    permission: VIEW,
    answer: ({ context, key }) =>
      context.settings.stores.filter(({ id }) => holds(context, key, VIEW, id)).map(storeView),
  },
  { method: 'GET', path: '/stores/{storeId}', permission: VIEW, answer: (call) => storeView(theStore(call)) },
  {
    method: 'GET',
    path: '/stores/{storeId}/payment-methods',
    permission: VIEW,
    answer: () => PAYMENT_METHODS.map((paymentMethodId) => ({ paymentMethodId, enabled: true })),
  },
  { method: 'GET', path: '/stores/{storeId}/rates', permission: VIEW, answer: rates },
  { method: 'GET', path: '/stores/{storeId}/payouts', permission: 'btcpay.store.canviewpayouts', answer: payouts },
  ...bothPaths({
    method: 'GET',
    path: '/payouts/{payoutId}',
    permission: 'btcpay.store.canviewpayouts',
    answer: thePayout,
  }),
];
