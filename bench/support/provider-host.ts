// Many sandbox accounts behind one port, told apart by credential, each answer after the same latency. Run by
// `startProviders`; it prints its address and ends when its standard input closes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithInput } from './programs.ts';
import { type Account, answerFor, createAccount, makeHistory, payNow, rush } from './provider-accounts.ts';

const [accountCount = 1, limited = 0] = process.argv.slice(2).map(Number);
let baseUrl = '';
let latency_ms = 0;
const accounts = Array.from({ length: accountCount }, (_, index) =>
  createAccount({ index, limits: limited === 1, baseUrl: () => baseUrl }),
);
const byCredential = new Map<string, Account>(
  accounts.flatMap((account) => [
    [`Bearer ${account.stripeKey}`, account],
    [`Bearer ${account.quickbooksToken}`, account],
  ]),
);
let payments = 0;

interface Order {
  readonly account: number;
  readonly ms: number;
  readonly payments: number;
  readonly days: number;
  readonly perSecond: number;
}

/** What the benchmark may ask beside the providers themselves. */
const verbs: Readonly<Record<string, (order: Order) => unknown>> = {
  latency: ({ ms }) => {
    latency_ms = ms;
  },
  access: ({ account }) => {
    const { stripeKey, quickbooksToken, realmId } = accounts[account]!;
    return { stripeKey, quickbooksToken, realmId };
  },
  endpoint: ({ account }) => {
    const [endpoint] = accounts[account]!.sandbox.stripe.context.state.tables.webhookEndpoints.all();
    return endpoint === undefined ? null : { url: endpoint.url, secret: endpoint.secret };
  },
  history: ({ account, payments: count, days }) => makeHistory(accounts[account]!, count, days),
  pay: async ({ account }) => {
    payments += 1;
    return { sentAt: await payNow(accounts[account]!, payments) };
  },
  rush: ({ account, perSecond, ms }) => rush(accounts[account]!, perSecond, ms),
  webhook: ({ account }) => accounts[account]!.webhook,
  batch: ({ account }) => accounts[account]!.batch,
  calls: ({ account }) => accounts[account]!.sandbox.log.counts(),
  clearCalls: ({ account }) => accounts[account]!.sandbox.log.clear(),
  documents: ({ account }) => accounts[account]!.sandbox.quickbooks.ledger().documents.length,
};

async function read(incoming: IncomingMessage): Promise<string> {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming as AsyncIterable<string>) text += chunk;
  return text;
}

function reply(outgoing: ServerResponse, status: number, headers: Record<string, string>, text: string): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await read(incoming);
  const path = incoming.url ?? '/';
  if (path.startsWith('/bench/')) {
    const result = await verbs[path.slice('/bench/'.length)]!(JSON.parse(body) as Order);
    return reply(outgoing, 200, {}, JSON.stringify(result ?? null));
  }
  const account = byCredential.get(incoming.headers.authorization ?? '');
  if (account === undefined) return reply(outgoing, 401, {}, '{}');
  if (path.includes('/batch?')) account.batch ??= body;
  if (latency_ms > 0) await sleep(latency_ms);
  const hasBody = incoming.method !== 'GET' && body !== '';
  const request = new Request(baseUrl + path, {
    method: incoming.method ?? 'GET',
    headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    ...(hasBody ? { body } : {}),
  });
  const response = await answerFor(account, request);
  reply(outgoing, response.status, Object.fromEntries(response.headers), await response.text());
}

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    if (outgoing.headersSent) outgoing.destroy();
    else reply(outgoing, 500, {}, '{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${JSON.stringify({ url: baseUrl })}\n`);
});
endWithInput(async () => {
  server.close();
  server.closeAllConnections();
});
