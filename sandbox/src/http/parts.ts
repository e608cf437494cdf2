import { createBtcpay, type SandboxBtcpay } from '../btcpay/btcpay.ts';
import { type FaultyProvider, withFaults } from '../core/faults.ts';
import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import { createRandom } from '../core/random.ts';
import { createQuickBooks, type SandboxQuickBooks } from '../quickbooks/index.ts';
import { createSquare, type SandboxSquare } from '../square/square.ts';
import { createStripe, type SandboxStripe } from '../stripe/stripe.ts';
import { createWebhookSender, type WebhookSender } from '../webhooks/sender.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { createXero, type SandboxXero } from '../xero/index.ts';
import type { KeptPart } from './keeper.ts';
import type { ProviderName, SandboxOptions } from './options.ts';
import { providerClock } from './provider-clock.ts';
import { type QuickBooksWebhooks, quickbooksWebhooks } from './quickbooks-webhooks.ts';
import { journalRequests } from './request-journal.ts';
import { type XeroWebhooks, xeroWebhooks } from './xero-webhooks.ts';

/** The providers and what stands between them and the world. */
export interface SandboxParts {
  readonly stripe: SandboxStripe;
  readonly btcpay: SandboxBtcpay;
  readonly quickbooks: SandboxQuickBooks;
  readonly xero: SandboxXero;
  readonly square: SandboxSquare;
  /** The providers as the world sees them, behind their faults. */
  readonly faults: Readonly<Record<ProviderName, FaultyProvider>>;
  readonly sources: Readonly<Record<ProviderName, WebhookSource>>;
  readonly quickbooksWebhooks: QuickBooksWebhooks;
  readonly xeroWebhooks: XeroWebhooks;
  readonly sender: WebhookSender;
  /** How each provider is kept over a restart. */
  readonly kept: Readonly<Record<ProviderName, KeptPart>>;
}

/** Puts everything together; each concern draws its chance from a stream of its own. */
export function buildParts(options: SandboxOptions): SandboxParts {
  /** One for each provider, so that no one's time stands still while another's change is made. */
  const clocks = {
    stripe: providerClock(options.now),
    btcpay: providerClock(options.now),
    square: providerClock(options.now),
  };
  const random = createRandom(`sandbox ${options.seed}`);
  const doorsFor = (name: string, now = options.now): SandboxDoors => {
    const own = random.fork(name);
    return { now, random: () => own.next() };
  };
  const publicUrl = () => `${options.baseUrl()}/btcpay`;
  const stripe = createStripe(doorsFor('stripe', clocks.stripe.now), options.stripe);
  const btcpay = createBtcpay(doorsFor('btcpay', clocks.btcpay.now), { publicUrl, ...options.btcpay });
  const quickbooks = createQuickBooks(doorsFor('quickbooks'), options.quickbooks);
  const square = createSquare(doorsFor('square', clocks.square.now), options.square);
  const xero = createXero(doorsFor('xero'), options.xero);
  const journals = {
    stripe: journalRequests(stripe, clocks.stripe),
    btcpay: journalRequests(btcpay, clocks.btcpay),
    square: journalRequests(square, clocks.square),
  };
  const faulty = (provider: SandboxProvider) =>
    withFaults(provider, options.faults ?? {}, { ...doorsFor(`faults ${provider.name}`), wait: options.wait });
  const faults = {
    stripe: faulty(journals.stripe.provider),
    btcpay: faulty(journals.btcpay.provider),
    quickbooks: faulty(quickbooks),
    square: faulty(journals.square.provider),
    xero: faulty(xero),
  };
  const intuit = quickbooksWebhooks(quickbooks);
  const xeroSource = xeroWebhooks(xero);
  const sources = {
    stripe: stripe.webhooks,
    btcpay: btcpay.webhooks,
    quickbooks: intuit,
    square: square.webhooks,
    xero: xeroSource,
  };
  const sender = createWebhookSender({
    doors: doorsFor('webhooks'),
    send: options.send,
    sources: Object.values(sources),
    faults: (name) => faults[name as ProviderName].plan(),
  });
  const kept = {
    stripe: { kept: stripe, journal: journals.stripe },
    btcpay: { kept: btcpay, journal: journals.btcpay },
    quickbooks: { kept: quickbooks, journal: mutationJournal(quickbooks) },
    square: { kept: square, journal: journals.square },
    xero: { kept: xero, journal: mutationJournal(xero) },
  };
  const providers = { stripe, btcpay, quickbooks, square, xero };
  return { ...providers, faults, sources, quickbooksWebhooks: intuit, xeroWebhooks: xeroSource, sender, kept };
}

/** The journal of a provider that tells of each mutation itself. */
function mutationJournal(
  provider: Pick<SandboxQuickBooks, 'onMutation' | 'applyRecord'>,
): NonNullable<KeptPart['journal']> {
  type Mutation = Parameters<SandboxQuickBooks['applyRecord']>[0];
  return {
    onMutation: (listener) => provider.onMutation(listener),
    apply: (record) => provider.applyRecord(record as Mutation),
  };
}
