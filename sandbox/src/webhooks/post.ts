import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Stripe's time-out is commonly given as 10 to 20 seconds. */
const TIMEOUT_MS = 15_000;

/** A plain HTTP POST: redirects are answers like any other, the body of the answer is thrown away. */
export async function postOverHttp(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { ...Object.fromEntries(request.headers), 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method: 'POST', headers, timeout: TIMEOUT_MS }, (incoming) => {
      incoming.resume();
      incoming.on('error', reject);
      incoming.on('end', () => resolve(new Response(null, { status: incoming.statusCode ?? 502 })));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
