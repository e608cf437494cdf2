import { Agent, request } from 'node:http';
import type { FuzzAnswer, FuzzCase } from './fuzz-case.ts';

/** Longer than anything may take: a request that hangs is told from one that is slow. */
const GIVE_UP_MS = 15_000;

export interface FuzzClient {
  send(to: string, one: FuzzCase): Promise<FuzzAnswer>;
  close(): void;
}

/** Sends over real sockets, as many at once as are asked for. */
export function fuzzClient(): FuzzClient {
  const agent = new Agent({ keepAlive: true });
  return { send: (to, one) => sendOne(agent, to, one), close: () => agent.destroy() };
}

function sendOne(agent: Agent, to: string, { method, url, headers, body }: FuzzCase): Promise<FuzzAnswer> {
  const startedAt = performance.now();
  const { hostname, port } = new URL(to);
  return new Promise((resolve) => {
    const end = (answer: Pick<FuzzAnswer, 'status' | 'headers' | 'body' | 'failure'>) =>
      resolve({ ...answer, took_ms: performance.now() - startedAt });
    const fail = (error: Error) => end({ status: null, headers: {}, body: new Uint8Array(), failure: error.message });
    const length = body === null ? {} : { 'content-length': String(body.length) };
    const call = request({
      agent,
      hostname,
      port,
      method,
      path: url,
      headers: { ...headers, ...length },
      timeout: GIVE_UP_MS,
    });
    call.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', fail);
      answer.once('end', () =>
        end({ status: answer.statusCode ?? null, headers: answer.headers, body: Buffer.concat(chunks), failure: null }),
      );
    });
    // An answer may come before the body is sent, and the rest of it then breaks: the first of both counts.
    call.once('error', fail);
    call.once('timeout', () => call.destroy(new Error(`no answer within ${GIVE_UP_MS} ms`)));
    call.end(body ?? undefined);
  });
}
