import { addAppEndpoint } from '../../src/hub/connections/index.ts';
import type { PairSettings } from '../../src/hub/mapping/index.ts';
import { Secret } from '../../src/kernel/secret.ts';
import type { TestHub } from '../support/hub.ts';
import type { ProductRun } from './product-run.ts';

/** Ledger invoices that customers paid with coins, made by a person before the hub came. */
export const MATCHED_INVOICES = 12;
/** More lines than a list of invoices embeds, so that the rest is asked for. */
const INVOICE_LINES = 12;

/** Whole chapters of a company's life with the hub, in this order; each leaves the hub at rest. */
export const story = { before, month, live, old, removal, closedPeriod };

/** A month of business in both sources, and what a company that is not new has lying about. */
function before({ hub, now }: ProductRun, month: { readonly invoicing: boolean }): void {
  const { sandbox, doors } = hub;
  sandbox.generate({ seed: 1, month: '2026-10', charges: 300, btcpayInvoices: 80, ...month });
  const leftOver = `${doors.settings.publicUrl}/webhooks`;
  sandbox.stripe.registerEndpoint({ at: now(), url: `${leftOver}/stripe/of-before`, enabledEvents: ['*'] });
  const { state, settings } = sandbox.btcpay.context;
  state.webhooks.add({
    id: state.newId('webhooks'),
    created: now(),
    storeId: settings.stores[0]!.id,
    url: `${leftOver}/btcpay/of-before`,
    enabled: true,
    automaticRedelivery: true,
    secret: 'of before',
    authorizedEvents: { everything: true, specificEvents: [] },
  });
  const customer = sandbox.quickbooks.humanCreate('Customer', { DisplayName: 'Acme LLC' }) as { readonly Id: string };
  for (const { amount, metadata } of state.invoices.all().slice(0, MATCHED_INVOICES)) {
    sandbox.quickbooks.humanCreate('Invoice', {
      DocNumber: metadata.orderId,
      CustomerRef: { value: customer.Id },
      Line: [{ Amount: Number(amount), DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { Qty: 1 } }],
    });
  }
}

/** Connects everything and posts the month, while answers get lost and providers are tired. */
async function month({ hub, rest }: ProductRun, settings: Partial<PairSettings>): Promise<void> {
  await hub.connect(settings);
  const { stripe, btcpay, quickbooks } = hub.sandbox.faults;
  stripe.failNext({ fault: '429', path: /balance_transactions/ });
  stripe.failNext({ fault: '5xx', path: /payouts/ });
  btcpay.failNext({ fault: '5xx', path: /invoices/ });
  for (const fault of ['timeoutAfterCommit', '5xxAfterCommit', 'timeoutBeforeCommit', '429'] as const) {
    quickbooks.failNext({ fault, method: 'POST', path: /\/batch$/ });
  }
  await rest();
}

/** New business, told by webhooks. */
async function live({ hub, now, hear }: ProductRun): Promise<void> {
  const { stripe } = hub.sandbox;
  const customer = stripe.createCustomer({ at: now(), name: 'Acme LLC', email: 'books@acme.example' });
  const items = [{ description: 'Crate', quantity: 1, subtotal: 10_000, tax: 825 }];
  const { charge } = stripe.charge({ at: now(), customer: customer.id, amount: 10_825, checkout: { items } });
  stripe.refund({ at: now(), charge: charge.id, amount: 1_000, reason: 'requested_by_customer' });
  const lines = Array.from({ length: INVOICE_LINES }, (_, i) => ({ description: `Part ${i}`, unitAmount: 1_000 + i }));
  const invoice = stripe.createInvoice({ at: now(), customer: customer.id, lines }).id;
  stripe.finalizeInvoice({ at: now(), invoice });
  stripe.payInvoice({ at: now(), invoice });
  stripe.payoutDue({ at: now() });
  await hear();
}

/** The oldest event of each kind again: no list brings these objects any more, so each is read by itself. */
async function old({ hub, hear }: ProductRun): Promise<void> {
  const { sender, sources } = hub.sandbox;
  for (const source of [sources.stripe, sources.btcpay]) {
    const types = new Set<string>();
    for (const { id, type } of source.events()) {
      const [endpoint] = source.endpointsFor(id);
      if (types.has(type) || endpoint === undefined) continue;
      types.add(type);
      await sender.sendOnce(source, { event: id, endpoint }, 'replay');
    }
  }
  await hear();
}

/** Coins that a person first accepts and then does not: what was posted is taken out of the books again. */
async function removal({ hub, now, hear }: ProductRun): Promise<void> {
  const { btcpay } = hub.sandbox;
  const storeId = btcpay.settings.stores[0]!.id;
  const invoice = btcpay.createInvoice({ at: now(), storeId, amount: '80.00', currency: 'USD' }).id;
  btcpay.pay({ at: now(), invoice, value: '0.001', confirmed: true });
  btcpay.markInvoice({ at: now(), invoice, to: 'Settled' });
  await hear();
  btcpay.markInvoice({ at: now(), invoice, to: 'Invalid' });
  await hear();
}

/** A person closes the books: once without a word, so that the ledger refuses, and once announced. */
async function closedPeriod({ hub, now, hear }: ProductRun): Promise<void> {
  const { stripe, quickbooks } = hub.sandbox;
  quickbooks.setClosingDate('2026-11-30');
  stripe.charge({ at: now(), amount: 2_000 });
  await hear();
  await listen(hub);
  quickbooks.setClosingDate('2026-12-31');
  await hear();
  stripe.charge({ at: now(), amount: 3_000 });
  await hear();
}

/** From here on QuickBooks tells of every change, at the address that the app has for all companies. */
async function listen({ doors, sandbox, test: { tenantId } }: TestHub): Promise<void> {
  const { url } = await addAppEndpoint(doors, tenantId, 'quickbooks', new Secret('verifier'));
  sandbox.quickbooksWebhooks.setEndpoint({ url, verifierToken: 'verifier', format: 'cloudEvents' });
}
