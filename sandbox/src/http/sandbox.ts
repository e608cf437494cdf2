import { createBtcpay, type SandboxBtcpay } from '../btcpay/btcpay.ts';
import type { BtcpayOptions } from '../btcpay/settings.ts';
import { generateMonth, type MonthCounts, type MonthRequest } from '../business/generate.ts';
import type { FaultPlan } from '../core/fault-plan.ts';
import { type FaultyProvider, withFaults } from '../core/faults.ts';
import { jsonResponse } from '../core/json.ts';
import { NoAnswer, type SandboxProvider } from '../core/provider.ts';
import { createRandom } from '../core/random.ts';
import { createRequestLog, type RequestLog } from '../core/request-log.ts';
import { createQuickBooks, type QuickBooksOptions, type SandboxQuickBooks } from '../quickbooks/index.ts';
import type { StripeOptions } from '../stripe/settings.ts';
import { createStripe, type SandboxStripe } from '../stripe/stripe.ts';
import { createWebhookSender, type SendWebhook, type WebhookSender } from '../webhooks/sender.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { Keeper } from './keeper.ts';
import { type QuickBooksWebhooks, quickbooksWebhooks } from './quickbooks-webhooks.ts';
import { journalRequests } from './request-journal.ts';

export interface SandboxOptions {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits on the same clock; for latency. */
  readonly wait: (ms: number) => Promise<void>;
  readonly send: SendWebhook;
  /** Where clients reach the sandbox, without a trailing slash. */
  readonly baseUrl: () => string;
  readonly stripe?: StripeOptions;
  readonly btcpay?: BtcpayOptions;
  readonly quickbooks?: QuickBooksOptions;
  /** In force for all providers from the start. */
  readonly faults?: FaultPlan;
  /** Folder of the kept state; nothing is kept without one. */
  readonly stateDir?: string;
  /** Nothing that was answered is lost when the process dies. Needs `stateDir`. */
  readonly durable?: boolean;
}

export type ProviderName = 'stripe' | 'btcpay' | 'quickbooks';
export const PROVIDER_NAMES: readonly ProviderName[] = ['stripe', 'btcpay', 'quickbooks'];

/** All offline providers side by side, with their faults, webhooks and kept state. */
export interface Sandbox {
  readonly stripe: SandboxStripe;
  readonly btcpay: SandboxBtcpay;
  readonly quickbooks: SandboxQuickBooks;
  readonly faults: Readonly<Record<ProviderName, FaultyProvider>>;
  readonly sources: Readonly<Record<ProviderName, WebhookSource>>;
  readonly quickbooksWebhooks: QuickBooksWebhooks;
  readonly sender: WebhookSender;
  readonly log: RequestLog;
  readonly seed: number;
  baseUrl(): string;
  now(): number;
  /**
   * Answers one request to `/stripe/*`, `/btcpay/*` or `/quickbooks/*`; throws NoAnswer when the connection must die
   * without an answer.
   */
  handle(request: Request): Promise<Response>;
  /** A month is generated once; asked again it answers what it made. */
  generate(request: MonthRequest): { readonly generated: boolean; readonly counts: MonthCounts };
  /** Reads the kept state; call it once, before the first request. */
  load(): Promise<void>;
  /** Keeps the present state. */
  save(): void;
  /** Keeps the present state when enough has changed. */
  saveIfDue(): void;
}

/** Time as the providers see it; it stands still at a recorded moment while a journal is read. */
function providerClock(now: () => number) {
  let fixed: number | null = null;
  return {
    now: () => fixed ?? now(),
    async at(ms: number, work: () => Promise<void>): Promise<void> {
      fixed = ms;
      try {
        await work();
      } finally {
        fixed = null;
      }
    },
  };
}

/** The first segment of a path, and the rest of it. */
export function mountOf(path: string): { readonly name: string; readonly rest: string } {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? { name: path.slice(1), rest: '/' } : { name: path.slice(1, slash), rest: path.slice(slash) };
}

/** The same request with another path. */
export function below(request: Request, rest: string): Request {
  const url = new URL(request.url);
  const target = `http://sandbox.invalid${rest}${url.search}`;
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return new Request(target, {
    method: request.method,
    headers: request.headers,
    ...(hasBody ? { body: request.body, duplex: 'half' } : {}),
  });
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const clock = providerClock(options.now);
  const random = createRandom(`sandbox ${options.seed}`);
  const doorsFor = (name: string) => {
    const own = random.fork(name);
    return { now: clock.now, random: () => own.next() };
  };
  const stripe = createStripe(doorsFor('stripe'), options.stripe);
  const btcpay = createBtcpay(doorsFor('btcpay'), {
    publicUrl: () => `${options.baseUrl()}/btcpay`,
    ...options.btcpay,
  });
  const quickbooks = createQuickBooks(doorsFor('quickbooks'), options.quickbooks);
  const intuit = quickbooksWebhooks(quickbooks);
  const stripeJournal = journalRequests(stripe, clock);
  const btcpayJournal = journalRequests(btcpay, clock);

  const faultDoors = (name: string) => ({ ...doorsFor(`faults ${name}`), wait: options.wait });
  const faulty = (provider: SandboxProvider) => withFaults(provider, options.faults ?? {}, faultDoors(provider.name));
  const faults = {
    stripe: faulty(stripeJournal.provider),
    btcpay: faulty(btcpayJournal.provider),
    quickbooks: faulty(quickbooks),
  };
  const sources = { stripe: stripe.webhooks, btcpay: btcpay.webhooks, quickbooks: intuit };
  const sender = createWebhookSender({
    doors: doorsFor('webhooks'),
    send: options.send,
    sources: Object.values(sources),
    faults: (name) => faults[name as ProviderName].plan(),
  });
  const log = createRequestLog();
  let months: Record<string, MonthCounts> = {};

  const keeper = new Keeper(options.stateDir, options.durable ?? false, {
    stripe: { kept: stripe, journal: stripeJournal },
    btcpay: { kept: btcpay, journal: btcpayJournal },
    quickbooks: {
      kept: quickbooks,
      journal: {
        onMutation: (listener) => quickbooks.onMutation(listener),
        apply: (record) => quickbooks.applyRecord(record as Parameters<SandboxQuickBooks['applyRecord']>[0]),
      },
    },
    delivery: {
      kept: {
        snapshot: () => ({ queue: sender.snapshot(), intuit: intuit.snapshot(), months }),
        restore(state) {
          const saved = state as { queue: unknown; intuit: unknown; months: typeof months };
          sender.restore(saved.queue);
          intuit.restore(saved.intuit);
          months = saved.months;
        },
      },
    },
  });

  async function answerProvider(name: ProviderName, request: Request, rest: string): Promise<Response> {
    const entry = { provider: name, method: request.method, path: rest };
    try {
      const response = await faults[name].fetch(below(request, rest));
      log.record({ ...entry, status: response.status });
      return response;
    } catch (error) {
      if (error instanceof NoAnswer) log.record({ ...entry, status: 0 });
      throw error;
    } finally {
      if (request.method !== 'GET') keeper.touch();
    }
  }

  const sandbox: Sandbox = {
    stripe,
    btcpay,
    quickbooks,
    faults,
    sources,
    quickbooksWebhooks: intuit,
    sender,
    log,
    seed: options.seed,
    baseUrl: options.baseUrl,
    now: options.now,
    async handle(request) {
      const { name, rest } = mountOf(new URL(request.url).pathname);
      const provider = PROVIDER_NAMES.find((candidate) => candidate === name);
      if (!provider) return jsonResponse(404, { error: `nothing is served under /${name}` });
      return answerProvider(provider, request, rest);
    },
    generate(request) {
      const known = months[request.month];
      if (known) return { generated: false, counts: known };
      const counts = generateMonth(request, { stripe, btcpay });
      months[request.month] = counts;
      keeper.save();
      return { generated: true, counts };
    },
    load: () => keeper.load(),
    save: () => keeper.save(),
    saveIfDue: () => keeper.saveIfDue(),
  };
  return sandbox;
}
