import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/src/index.ts';
import { loadCatalogue } from './descriptions.ts';
import { type Judge, loadJudge } from './judge.ts';
import { type Failure, failureText, judgedFetch } from './judged-fetch.ts';
import type { DescribedProvider } from './providers.ts';
import { requiredSharedFolder } from './shared-folder.ts';
import { Tally } from './tally.ts';

/** The evening after the month, in UTC. */
const NOW = Date.UTC(2026, 10, 5, 20);
const MONTH = { seed: 1, month: '2026-10', charges: 50, btcpayInvoices: 40 } as const;
const ORIGIN = 'http://127.0.0.1:9';

const AUTHORIZATION: Readonly<Record<DescribedProvider, string>> = {
  stripe: 'Bearer sk_test_sandbox',
  btcpay: 'token btcpay_sandbox_key',
  quickbooks: 'Bearer sandbox-quickbooks-access-token',
  xero: 'Bearer sandbox-xero-access-token',
  square: 'Bearer sandbox-square-access-token',
};

/** Which organisation, and JSON rather than XML. */
const XERO_HEADERS = { 'xero-tenant-id': '0acc0001-0000-4000-8000-000000000001', accept: 'application/json' };

/** One request; a text body is sent as it is, anything else as JSON. */
export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the provider's own root, with the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer read completely; `json` is null when the body is empty or of another kind. */
export interface Said {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** One provider of the sandbox over a month of business, with a judge beside it. */
export interface SandboxBench {
  readonly sandbox: Sandbox;
  readonly judge: Judge;
  /** Asks as a good client does: request and answer are judged. Throws when it is refused. */
  good(ask: Ask): Promise<Said>;
  /** Asks for what must be refused: only the answer is judged, by the operation at that path. Throws on a success. */
  refused(ask: Ask): Promise<Said>;
  /** Every good request so far, once each, as `GET /v1/charges/ch_1`. */
  asked(): readonly string[];
  /** What did not conform, as text for an assertion. */
  failures(): string;
}

export function sandboxBench(provider: DescribedProvider, options: Partial<SandboxOptions> = {}): SandboxBench {
  const sandbox = createSandbox({
    seed: 1,
    now: () => NOW,
    wait: async () => {},
    send: async () => new Response(null, { status: 200 }),
    baseUrl: () => ORIGIN,
    quickbooks: { limits: null },
    xero: { limits: null },
    stripe: { requestsPerSecond: 1_000_000 },
    square: { requestsPerSecond: null, oauthRequestsPerSecond: null },
    ...options,
  });
  sandbox.generate(MONTH);
  const judge = loadJudge(provider);
  const judged = judgedFetch(judge, (request) => sandbox.handle(request), `/${provider}`);
  const catalogue = loadCatalogue(provider, requiredSharedFolder());
  const refusals: Failure[] = [];
  const asked = new Tally();

  async function refused(ask: Ask): Promise<Said> {
    const { method = 'GET', path } = ask;
    const response = await sandbox.handle(requestOf(provider, ask));
    const { status, headers } = response;
    const said = await read(response);
    if (status < 400) throw new Error(`${method} ${path} → ${status}, though it is wrong`);
    const operation = catalogue.find(method, pathOnly(path))?.route.target.name ?? null;
    const verdict = judge.judgeResponse({ operation, status, headers, body: said.text });
    const failure: Failure = { request: `${method} ${path}`, direction: 'response', status, verdict };
    if (verdict.errors.length > 0) refusals.push(failure);
    return said;
  }

  return {
    sandbox,
    judge,
    refused,
    async good(ask) {
      const { method = 'GET', path } = ask;
      const said = await read(await judged.fetch(requestOf(provider, ask)));
      if (said.status >= 400) throw new Error(`${method} ${path} → ${said.status}: ${said.text}`);
      asked.add(`${method} ${pathOnly(path)}`);
      return said;
    },
    asked: () => asked.entries().map(({ name }) => name),
    failures: () => failureText([...judged.failures(), ...refusals]),
  };
}

function requestOf(provider: DescribedProvider, { method = 'GET', path, body, headers = {} }: Ask): Request {
  return new Request(`${ORIGIN}/${provider}${path}`, {
    method,
    headers: {
      authorization: AUTHORIZATION[provider],
      'content-type': contentType(provider, body),
      ...(provider === 'xero' ? XERO_HEADERS : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

function contentType(provider: DescribedProvider, body: unknown): string {
  if (typeof body !== 'string') return 'application/json';
  return provider === 'quickbooks' ? 'application/text' : 'application/x-www-form-urlencoded';
}

function pathOnly(path: string): string {
  return path.split('?', 1)[0] ?? path;
}

async function read(response: Response): Promise<Said> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json') && text !== '';
  return { status: response.status, text, json: isJson ? JSON.parse(text) : null };
}
