import { generateMonth, type MonthCounts, type MonthRequest } from '../business/generate.ts';
import { jsonResponse } from '../core/json.ts';
import { NoAnswer } from '../core/provider.ts';
import { createRequestLog, type RequestLog } from '../core/request-log.ts';
import { Keeper, type KeptPart } from './keeper.ts';
import { below, mountOf } from './mount.ts';
import { PROVIDER_NAMES, type ProviderName, type SandboxOptions } from './options.ts';
import { buildParts, type SandboxParts } from './parts.ts';

/** All offline providers side by side, with their faults, webhooks and kept state. */
export interface Sandbox extends Omit<SandboxParts, 'kept'> {
  readonly log: RequestLog;
  readonly seed: number;
  baseUrl(): string;
  now(): number;
  /**
   * Answers one request to `/stripe/*`, `/btcpay/*`, `/quickbooks/*`, `/square/*` or `/xero/*`; throws NoAnswer when the connection must die
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

type Months = Record<string, MonthCounts>;

/** What is kept besides the providers: webhooks under way and the months that were made. */
function keptDelivery(parts: SandboxParts, months: Months): KeptPart {
  const { sender, quickbooksWebhooks: intuit, xeroWebhooks: xero } = parts;
  return {
    kept: {
      snapshot: () => ({ queue: sender.snapshot(), intuit: intuit.snapshot(), xero: xero.snapshot(), months }),
      restore(state) {
        const saved = state as { queue: unknown; intuit: unknown; xero?: unknown; months: Months };
        sender.restore(saved.queue);
        intuit.restore(saved.intuit);
        // States from before Xero came lack it.
        if (saved.xero !== undefined) xero.restore(saved.xero);
        Object.assign(months, saved.months);
      },
    },
  };
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const { kept, ...parts } = buildParts(options);
  const months: Months = {};
  const keeper = new Keeper(options.stateDir, options.durable ?? false, {
    ...kept,
    delivery: keptDelivery({ ...parts, kept }, months),
  });
  const log = createRequestLog();

  async function answer(name: ProviderName, request: Request, rest: string): Promise<Response> {
    const entry = { provider: name, method: request.method, path: rest };
    try {
      const response = await parts.faults[name].fetch(below(request, rest));
      log.record({ ...entry, status: response.status });
      return response;
    } catch (error) {
      if (error instanceof NoAnswer) log.record({ ...entry, status: 0 });
      throw error;
    } finally {
      if (request.method !== 'GET') keeper.touch();
    }
  }

  return {
    ...parts,
    log,
    seed: options.seed,
    baseUrl: options.baseUrl,
    now: options.now,
    async handle(request) {
      const { name, rest } = mountOf(new URL(request.url).pathname);
      const provider = PROVIDER_NAMES.find((candidate) => candidate === name);
      return provider
        ? answer(provider, request, rest)
        : jsonResponse(404, { error: `nothing is served under /${name}` });
    },
    generate(request) {
      const known = months[request.month];
      if (known) return { generated: false, counts: known };
      const counts = generateMonth(request, parts);
      months[request.month] = counts;
      keeper.save();
      return { generated: true, counts };
    },
    load: () => keeper.load(),
    save: () => keeper.save(),
    saveIfDue: () => keeper.saveIfDue(),
  };
}
