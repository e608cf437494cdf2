import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createSandboxServer, type SandboxServer, type ServerOptions } from './server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function started(options: Partial<ServerOptions> = {}): Promise<{ server: SandboxServer; url: string }> {
  const server = createSandboxServer({ port: 0, seed: 1, ...options });
  const url = await server.listen();
  open.push(server);
  return { server, url };
}

const KEY = { authorization: 'Bearer sk_test_sandbox' };
const FORM = { ...KEY, 'content-type': 'application/x-www-form-urlencoded' };

describe('the server', () => {
  test('answers over HTTP on a free port and knows its own address', async () => {
    const { url } = await started();
    const response = await fetch(`${url}/stripe/v1/account`, { headers: KEY });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const access = (await (await fetch(`${url}/control/access`)).json()) as { btcpay: { baseUrl: string } };
    expect(access.btcpay.baseUrl).toBe(`${url}/btcpay`);
  });

  test('cuts the connection where the answer is lost, before or after the effect', async () => {
    const { server, url } = await started();
    const create = () => fetch(`${url}/stripe/v1/customers`, { method: 'POST', headers: FORM, body: 'name=A' });
    server.sandbox.faults.stripe.failNext({ fault: 'timeoutBeforeCommit' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(server.sandbox.stripe.context.state.tables.customers.size).toBe(0);
    server.sandbox.faults.stripe.failNext({ fault: 'timeoutAfterCommit' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(server.sandbox.stripe.context.state.tables.customers.size).toBe(1);
    expect((await create()).status).toBe(200);
  });

  test('leaves the connection open when the plan says so, and closes all the same', async () => {
    const { server, url } = await started({ faults: { timeoutBeforeCommit: 1, hang: 1 } });
    const asked = fetch(`${url}/stripe/v1/account`, { headers: KEY });
    const settled = asked.then(
      () => 'answered',
      () => 'cut',
    );
    const health = await fetch(`${url}/control/health`);
    expect(health.status).toBe(200);
    expect(await Promise.race([settled, Promise.resolve('open')])).toBe('open');
    await server.close();
    open.length = 0;
    expect(await settled).toBe('cut');
  });

  test('refuses bodies that are too large', async () => {
    const { url } = await started();
    const body = 'x'.repeat(5 * 1024 * 1024 + 1);
    const outcome = await fetch(`${url}/stripe/v1/customers`, { method: 'POST', headers: FORM, body }).then(
      (response) => response.status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(outcome);
    expect((await fetch(`${url}/control/health`)).status).toBe(200);
  });

  test('delivers webhooks to a real receiver and streams a replay', async () => {
    const signatures: string[] = [];
    let arrived: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const receiver = createServer((incoming, outgoing) => {
      signatures.push(String(incoming.headers['stripe-signature']));
      incoming.resume().on('end', () => outgoing.end());
      arrived();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => receiver.close(() => resolve())) });
    const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { url } = await started();
    const body = new URLSearchParams({ url: target, 'enabled_events[]': 'customer.created' }).toString();
    await fetch(`${url}/stripe/v1/webhook_endpoints`, { method: 'POST', headers: FORM, body });
    await fetch(`${url}/stripe/v1/customers`, { method: 'POST', headers: FORM, body: 'name=A' });
    await first;
    expect(signatures[0]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    const replay = await fetch(`${url}/control/replay`, { method: 'POST', body: JSON.stringify({ times: 3 }) });
    expect(replay.headers.get('content-type')).toBe('application/x-ndjson');
    expect((await replay.text()).trim().split('\n').at(-1)).toBe('{"deliveries":3,"answered2xx":3,"failed":0}');
    expect(signatures).toHaveLength(4);
  });
});
