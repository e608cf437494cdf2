import { btcpayTruth } from '../btcpay/truth.ts';
import { MIN_CHARGES } from '../business/generate.ts';
import { parseMonth } from '../core/calendar.ts';
import { FAULT_KINDS, type FaultKind, readFaultPlan } from '../core/fault-plan.ts';
import { squareTruth } from '../square/truth.ts';
import { stripeTruth } from '../stripe/truth.ts';
import { replay } from '../webhooks/replay.ts';
import { accessDetails } from './access.ts';
import { ControlError } from './control-error.ts';
import { Reader, readProviders } from './control-input.ts';
import { PROVIDER_NAMES } from './options.ts';
import type { Sandbox } from './sandbox.ts';

export interface ControlCall {
  readonly sandbox: Sandbox;
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
}

export type ControlRoute = (call: ControlCall) => unknown;

/** A month larger than this does not fit into memory comfortably. */
const MAX_CHARGES = 100_000;
const MAX_INVOICES = 20_000;
/** More repetitions than this only repeat themselves. */
const MAX_TIMES = 1_000;

function health({ sandbox }: ControlCall): unknown {
  return { status: 'ok', providers: PROVIDER_NAMES, pendingWebhooks: sandbox.sender.pending() };
}

function business({ sandbox, body }: ControlCall): unknown {
  const reader = new Reader(body);
  const request = {
    seed: reader.integer('seed', { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: sandbox.seed }),
    month: reader.text('month'),
    charges: reader.integer('charges', { min: MIN_CHARGES, max: MAX_CHARGES, otherwise: 1_000 }),
    btcpayInvoices: reader.integer('btcpayInvoices', { min: 0, max: MAX_INVOICES, otherwise: 200 }),
    squareSales: reader.integer('squareSales', { min: 0, max: MAX_INVOICES, otherwise: 200 }),
    invoicing: body.invoicing === true,
  };
  if (!parseMonth(request.month)) reader.problems.push('month must look like 2026-10');
  reader.finish();
  const { generated, counts } = sandbox.generate(request);
  return { generated, month: request.month, counts };
}

function showFaults({ sandbox }: ControlCall): unknown {
  const shown = PROVIDER_NAMES.map((name) => [
    name,
    { plan: sandbox.faults[name].plan(), injected: sandbox.faults[name].injected() },
  ]);
  return Object.fromEntries(shown);
}

function setFaults(call: ControlCall): unknown {
  const names = readProviders(call.body.provider);
  const read = readFaultPlan(call.body.plan);
  if ('problems' in read) throw new ControlError(422, read.problems);
  for (const name of names) call.sandbox.faults[name].setPlan(read.plan);
  return showFaults(call);
}

function clearFaults(call: ControlCall): unknown {
  for (const name of PROVIDER_NAMES) call.sandbox.faults[name].setPlan({});
  return showFaults(call);
}

/** The next so many requests that match fail in the named way. */
function failNext({ sandbox, body }: ControlCall): unknown {
  const reader = new Reader(body);
  const fault = reader.oneOf<FaultKind>('fault', FAULT_KINDS, '5xx');
  const count = reader.integer('count', { min: 1, max: 1_000_000, otherwise: 1 });
  reader.finish();
  const path = body.path === undefined ? {} : { path: patternOf(body.path) };
  const method = typeof body.method === 'string' ? { method: body.method } : {};
  for (const name of readProviders(body.provider)) sandbox.faults[name].failNext({ fault, count, ...method, ...path });
  return { fault, count };
}

function patternOf(value: unknown): RegExp {
  try {
    if (typeof value === 'string') return new RegExp(value);
  } catch {
    // Refused below, together with patterns that are no text.
  }
  throw new ControlError(422, ['path must be a regular expression']);
}

function truth({ sandbox, query }: ControlCall): unknown {
  const month = query.get('month') ?? undefined;
  if (month !== undefined && !parseMonth(month)) throw new ControlError(422, ['month must look like 2026-10']);
  return {
    stripe: stripeTruth(sandbox.stripe, month),
    btcpay: btcpayTruth(sandbox.btcpay, month),
    square: squareTruth(sandbox.square, month),
  };
}

function deliveries({ sandbox, query }: ControlCall): unknown {
  const names = readProviders(query.get('provider') ?? undefined);
  return names.flatMap((provider) => {
    const source = sandbox.sources[provider];
    return source.events().flatMap(({ id: event, type, created }) =>
      source.endpointsFor(event).map((endpoint) => {
        const id = source.deliveryIdOf({ event, endpoint });
        return { provider, id, type, created, endpoint };
      }),
    );
  });
}

/** Answers one line of JSON for each step of the way and the sum in the last line. */
function startReplay({ sandbox, body }: ControlCall): Response {
  const reader = new Reader(body);
  const seed = reader.integer('seed', { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: sandbox.seed });
  const times = reader.integer('times', { min: 1, max: MAX_TIMES, otherwise: 1 });
  const order = reader.oneOf('order', ['original', 'shuffled'], 'original');
  reader.finish();
  const sources = readProviders(body.providers).map((name) => sandbox.sources[name]);
  const encoder = new TextEncoder();
  const lines = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (line: unknown) => controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      const result = await replay(sandbox.sender, { seed, times, order, sources }, write);
      write(result);
      controller.close();
    },
  });
  return new Response(lines, { headers: { 'content-type': 'application/x-ndjson' } });
}

function setIntuitWebhook({ sandbox, body }: ControlCall): unknown {
  const reader = new Reader(body);
  const verifierToken = reader.text('verifierToken');
  const url = reader.httpAddress('url');
  const format = reader.oneOf('format', ['cloudEvents', 'legacy'], 'cloudEvents');
  reader.finish();
  sandbox.quickbooksWebhooks.setEndpoint({ url, verifierToken, format });
  sandbox.save();
  return { url, format };
}

function setXeroWebhook({ sandbox, body }: ControlCall): unknown {
  const reader = new Reader(body);
  const url = reader.httpAddress('url');
  const webhooksKey = reader.text('webhooksKey');
  reader.finish();
  sandbox.xeroWebhooks.setEndpoint({ url, webhooksKey });
  sandbox.save();
  return { url, state: sandbox.xeroWebhooks.state() };
}

function xeroLedger({ sandbox: { xero }, query }: ControlCall): unknown {
  const tenant = query.get('tenant') ?? xero.tenantIds[0]!;
  if (!xero.tenantIds.includes(tenant)) throw new ControlError(422, [`tenants are ${xero.tenantIds.join(', ')}`]);
  return xero.ledger(tenant);
}

function clearRequests({ sandbox }: ControlCall): unknown {
  sandbox.log.clear();
  return { cleared: true };
}

/** The control door by method and path. */
export const controlRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET /health': health,
  'GET /access': ({ sandbox }) => accessDetails(sandbox),
  'POST /business': business,
  'GET /faults': showFaults,
  'POST /faults': setFaults,
  'DELETE /faults': clearFaults,
  'POST /fail-next': failNext,
  'GET /truth': truth,
  'GET /deliveries': deliveries,
  'POST /replay': startReplay,
  'POST /quickbooks/webhook': setIntuitWebhook,
  'GET /quickbooks/ledger': ({ sandbox }) => sandbox.quickbooks.ledger(),
  'POST /xero/webhook': setXeroWebhook,
  'GET /xero/webhook': ({ sandbox }) => ({ state: sandbox.xeroWebhooks.state() }),
  'GET /xero/ledger': xeroLedger,
  'GET /requests': ({ sandbox }) => sandbox.log.counts(),
  'DELETE /requests': clearRequests,
};
