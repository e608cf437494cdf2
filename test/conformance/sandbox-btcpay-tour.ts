import { invoiceRoutes } from '../../sandbox/src/btcpay/api/invoice-routes.ts';
import { storeRoutes } from '../../sandbox/src/btcpay/api/store-routes.ts';
import { webhookRoutes } from '../../sandbox/src/btcpay/api/webhook-routes.ts';
import type { Ask, Said, SandboxBench } from './sandbox-bench.ts';

const ROOT = '/api/v1';
const ROUTES = [...storeRoutes, ...invoiceRoutes, ...webhookRoutes];

/** Every endpoint that the sandbox's BTCPay Server has. */
export const BTCPAY_ROUTES = ROUTES.map(({ method, path }) => ({ method, path: `${ROOT}${path}` }));

interface Tour {
  readonly bench: SandboxBench;
  /** `/api/v1/stores/…` */
  readonly store: string;
  /** Where what is below a store is served: under it, and since 2.4 without it. */
  readonly places: readonly string[];
}

/** Every endpoint on both of its paths; the key is given back at the end. */
export async function tourBtcpay(bench: SandboxBench): Promise<void> {
  const store = `${ROOT}/stores/${bench.sandbox.btcpay.settings.stores[0]!.id}`;
  const tour = { bench, store, places: [store, ROOT] };
  await readServer(tour);
  await changeInvoices(tour);
  await readInvoices(tour);
  await readPayouts(tour);
  await useWebhooks(tour);
  await bench.good({ method: 'DELETE', path: `${ROOT}/api-keys/current` });
}

async function readServer({ bench, store }: Tour): Promise<void> {
  for (const path of ['/health', '/server/info', '/api-keys/current', '/stores']) {
    await bench.good({ path: `${ROOT}${path}` });
  }
  await bench.good({ path: store });
  await bench.good({ path: `${store}/payment-methods` });
  await bench.good({ path: `${store}/rates?currencyPair=BTC_USD&currencyPair=BTC_XAU` });
}

async function changeInvoices({ bench, store, places }: Tour): Promise<void> {
  const body = {
    amount: '19.99',
    currency: 'USD',
    metadata: { orderId: 'B-1', itemDesc: 'Crate', own: { any: ['thing'] } },
    checkout: { speedPolicy: 'MediumSpeed', paymentMethods: ['BTC-CHAIN'], expirationMinutes: 30 },
    receipt: { enabled: true },
    additionalSearchTerms: ['crate'],
  };
  for (const place of places) {
    const { json } = await bench.good({ method: 'POST', path: `${store}/invoices`, body });
    const path = `${place}/invoices/${(json as { readonly id: string }).id}`;
    await bench.good({ method: 'PUT', path, body: { metadata: { orderId: 'B-2' } } });
    await bench.good({ method: 'POST', path: `${path}/status`, body: { status: 'Settled' } });
    await bench.good({ method: 'POST', path: `${path}/status`, body: { status: 'Invalid' } });
    await bench.good({ method: 'DELETE', path });
    await bench.good({ method: 'POST', path: `${path}/unarchive` });
  }
  // A top-up invoice has no amount.
  await bench.good({ method: 'POST', path: `${store}/invoices`, body: { amount: null, currency: 'EUR' } });
}

async function readInvoices({ bench, store, places }: Tour): Promise<void> {
  await bench.good({ path: `${store}/invoices?status=Settled&orderId=B-20001&textSearch=b&skip=1&take=5` });
  const { json } = await bench.good({ path: `${store}/invoices?includePaymentMethods=true` });
  for (const { id } of json as readonly { readonly id: string }[]) {
    for (const place of places) {
      await bench.good({ path: `${place}/invoices/${id}` });
      await bench.good({ path: `${place}/invoices/${id}/payment-methods?onlyAccountedPayments=false` });
    }
  }
}

async function readPayouts({ bench, store, places }: Tour): Promise<void> {
  const { json } = await bench.good({ path: `${store}/payouts?includeCancelled=true` });
  for (const { id } of json as readonly { readonly id: string }[]) {
    for (const place of places) await bench.good({ path: `${place}/payouts/${id}` });
  }
}

async function useWebhooks({ bench, store, places }: Tour): Promise<void> {
  const { sandbox } = bench;
  const body = {
    url: 'https://acme.example/hook',
    secret: 'made up',
    authorizedEvents: { everything: false, specificEvents: ['InvoiceCreated', 'InvoiceExpired'] },
  };
  for (const place of places) {
    const { json } = await bench.good({ method: 'POST', path: `${store}/webhooks`, body });
    const path = `${place}/webhooks/${(json as { readonly id: string }).id}`;
    await bench.good({ path });
    await bench.good({ method: 'PUT', path, body: { ...body, enabled: true, automaticRedelivery: false } });
    await bench.good({ path: `${store}/webhooks` });
    await bench.good({ method: 'POST', path: `${store}/invoices`, body: { amount: '1', currency: 'USD' } });
    await sandbox.sender.tick();
    const sent = await bench.good({ path: `${path}/deliveries?count=10` });
    const [delivery] = sent.json as readonly { readonly id: string }[];
    await bench.good({ path: `${path}/deliveries/${delivery?.id}` });
    await bench.good({ path: `${path}/deliveries/${delivery?.id}/request` });
    await bench.good({ method: 'POST', path: `${path}/deliveries/${delivery?.id}/redeliver` });
    await bench.good({ method: 'DELETE', path });
  }
}

/** Every endpoint asked without a key, for a store and for things that are not there, and with bodies that are wrong. */
export async function refusalsOfBtcpay(bench: SandboxBench): Promise<readonly Said[]> {
  const storeId = bench.sandbox.btcpay.settings.stores[0]!.id;
  const said: Said[] = [];
  for (const ask of ROUTES.flatMap((route) => wrongAsks(route, storeId))) said.push(await bench.refused(ask));
  return said;
}

function wrongAsks(route: (typeof ROUTES)[number], storeId: string): Ask[] {
  const { method } = route;
  const withIds = (store: string) =>
    `${ROOT}${route.path.replace('{storeId}', store).replaceAll(/\{\w+\}/g, 'nobody')}`;
  const own = { method, path: withIds(storeId) };
  const isCreate = method === 'POST' && /^\/stores\/\{storeId\}\/(invoices|webhooks)$/.test(route.path);
  return [
    ...(route.open ? [] : [{ ...own, headers: { authorization: 'token wrong' } }]),
    ...(route.path.includes('{storeId}') ? [{ method, path: withIds('nobody') }] : []),
    ...(/\{(?!storeId)/.test(route.path) ? [own] : []),
    ...(isCreate ? [{ ...own, body: { amount: 'much', url: 'nowhere' } }] : []),
  ];
}
