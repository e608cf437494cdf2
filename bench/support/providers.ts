import { Agent, request } from 'node:http';
import { resolve } from 'node:path';
import type { RequestCount } from '../../sandbox/src/index.ts';
import type { Cleanup } from './cleanup.ts';
import { startProgram } from './programs.ts';

export interface ProviderAccess {
  readonly stripeKey: string;
  readonly quickbooksToken: string;
  readonly realmId: string;
}

/** Sandbox accounts in a process of their own, numbered from 0. */
export interface Providers {
  readonly url: string;
  readonly pid: number;
  /** Every answer of a provider waits this long before it is worked on. */
  latency(ms: number): Promise<void>;
  access(account: number): Promise<ProviderAccess>;
  /** Where Stripe sends its webhooks; null before one was registered. */
  endpoint(account: number): Promise<{ readonly url: string; readonly secret: string } | null>;
  /** Payments of the past, spread over `days`, with a payout each working day. */
  history(account: number, payments: number, days: number): Promise<void>;
  /** A payment now; answers when its webhook was sent, in ms since 1970, after it was answered. */
  pay(account: number): Promise<number>;
  /** Payments at a steady rate, each told by webhook; answers after `ms` how many there were. */
  rush(account: number, perSecond: number, ms: number): Promise<number>;
  /** Body of the last webhook; null when there was none. */
  webhook(account: number): Promise<string | null>;
  /** Body of the first batch that QuickBooks was sent; null when there was none. */
  batch(account: number): Promise<string | null>;
  calls(account: number): Promise<readonly RequestCount[]>;
  clearCalls(account: number): Promise<void>;
  /** Documents in the company. */
  documents(account: number): Promise<number>;
}

export interface ProvidersStart {
  readonly accounts: number;
  /** The providers' own request limits, or none. */
  readonly limits: boolean;
  readonly cleanup: Cleanup;
}

const FILE = resolve(import.meta.dirname, 'provider-host.ts');

export async function startProviders({ accounts, limits, cleanup }: ProvidersStart): Promise<Providers> {
  const agent = new Agent({ keepAlive: true });
  const { hello, pid } = await startProgram<{ url: string }>({
    file: FILE,
    args: [String(accounts), limits ? '1' : '0'],
    cleanup,
  });
  cleanup.add(async () => agent.destroy());
  const order = <T>(verb: string, body: object) => post<T>(agent, `${hello.url}/bench/${verb}`, JSON.stringify(body));
  return {
    url: hello.url,
    pid,
    latency: (ms) => order('latency', { ms }),
    access: (account) => order('access', { account }),
    endpoint: (account) => order('endpoint', { account }),
    history: (account, payments, days) => order('history', { account, payments, days }),
    pay: async (account) => (await order<{ sentAt: number }>('pay', { account })).sentAt,
    rush: (account, perSecond, ms) => order('rush', { account, perSecond, ms }),
    webhook: (account) => order('webhook', { account }),
    batch: (account) => order('batch', { account }),
    calls: (account) => order('calls', { account }),
    clearCalls: (account) => order('clearCalls', { account }),
    documents: (account) => order('documents', { account }),
  };
}

/** One POST of JSON over a connection that is kept. Throws when the answer is not 200. */
export function post<T>(
  agent: Agent,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  return new Promise((done, reject) => {
    const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
    const call = request(url, { method: 'POST', agent, headers: all }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('error', reject);
      incoming.once('end', () => {
        if (incoming.statusCode === 200) done(JSON.parse(text) as T);
        else reject(new Error(`${url} answered ${incoming.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}
