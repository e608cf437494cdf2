import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonResponse } from '../core/json.ts';
import { NoAnswer } from '../core/provider.ts';
import { postOverHttp } from '../webhooks/post.ts';
import { answerDoor } from './door.ts';
import { MAX_BODY_BYTES, readBody, toRequest, writeResponse } from './node-adapter.ts';
import { PROVIDER_NAMES, type SandboxOptions } from './options.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

export interface ServerOptions extends Omit<SandboxOptions, 'now' | 'wait' | 'send' | 'baseUrl'> {
  /** 0 picks a free port. */
  readonly port: number;
  /** A loopback address unless somebody insists. */
  readonly host?: string;
  /** Milliseconds since 1970; the system clock when missing. */
  readonly clock?: () => number;
  readonly send?: SandboxOptions['send'];
}

export interface SandboxServer {
  readonly sandbox: Sandbox;
  /** Resolves to the base URL once requests are answered. */
  listen(): Promise<string>;
  /** Ends connections, keeps the state. */
  close(): Promise<void>;
}

/** Webhooks that became due and state that changed are looked after at least this often, in milliseconds. */
const HOUSEKEEPING_MS = 1_000;

/** The sandbox on a loopback port. */
export function createSandboxServer(options: ServerOptions): SandboxServer {
  const host = options.host ?? '127.0.0.1';
  let baseUrl = `http://${host}:${options.port}`;
  const stopping = new AbortController();
  const sandbox = createSandbox({
    ...options,
    now: options.clock ?? Date.now,
    wait: (ms) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined),
    send: options.send ?? postOverHttp,
    baseUrl: () => baseUrl,
  });
  let tending: NodeJS.Timeout | undefined;
  let isSending = false;

  /** Sends what is due; one round at a time. */
  function sendWebhooks(): void {
    if (isSending || stopping.signal.aborted) return;
    isSending = true;
    sandbox.sender
      .tick()
      .catch(reportFailure)
      .finally(() => {
        isSending = false;
      });
  }

  function tend(): void {
    sendWebhooks();
    sandbox.saveIfDue();
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    if (!body) {
      await writeResponse(jsonResponse(413, { error: `bodies are at most ${MAX_BODY_BYTES} bytes` }), outgoing);
      return;
    }
    try {
      await writeResponse(await answerDoor(sandbox, toRequest(incoming, body, baseUrl)), outgoing);
      sendWebhooks();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (!isHanging(sandbox, incoming.url ?? '')) incoming.socket.destroy();
    }
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      reportFailure(error);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500).end();
    });
  });

  return {
    sandbox,
    async listen() {
      await sandbox.load();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, host, resolve);
      });
      baseUrl = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
      tending = setInterval(tend, HOUSEKEEPING_MS).unref();
      return baseUrl;
    },
    async close() {
      stopping.abort();
      clearInterval(tending);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      sandbox.save();
    },
  };
}

/** Whether the provider's plan leaves a dead connection open. */
function isHanging(sandbox: Sandbox, target: string): boolean {
  const name = PROVIDER_NAMES.find((candidate) => target.startsWith(`/${candidate}/`));
  return name !== undefined && sandbox.faults[name].plan().hang === 1;
}

function reportFailure(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
