import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, Call, Transport } from './call.ts';
import { aCall } from './fixtures.ts';
import { httpServer, type LocalServer, rawServer } from './local-server.ts';
import type { Resolve } from './lookup.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryBreakers, memoryBudgets, memoryCalls } from './memory.ts';
import { createTransport } from './transport.ts';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 100_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Rig {
  readonly clock: ManualClock;
  readonly transport: Transport;
  /** A call by name; the name leads to the server because the resolver says so. */
  send(changes?: Partial<Call['request']>, overrides?: Partial<Call>, signal?: AbortSignal): Promise<Answer>;
}

function rig(port: number, resolve: Resolve = async () => ['127.0.0.1']): Rig {
  const clock = new ManualClock();
  const transport = createTransport({
    clock,
    random: { fraction: () => 0 },
    budgets: memoryBudgets(clock),
    breakers: memoryBreakers(clock),
    calls: memoryCalls(),
    resolve,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  const baseUrl = `http://btcpay.home.example:${port}`;
  const home = { baseUrl, allowedHosts: 'self_hosted', privateHostAllowed: true, timeout_ms: TIMEOUT_MS } as const;
  closers.unshift(() => transport.close());
  return {
    clock,
    transport,
    send: (request = {}, overrides = {}, signal) =>
      transport.send(aCall({ ...home, ...overrides, request: { ...request } }), signal),
  };
}

function closing(server: LocalServer): LocalServer {
  closers.push(() => server.close());
  return server;
}

const http = async (listener: (req: IncomingMessage, res: ServerResponse) => void) =>
  closing(await httpServer(listener));
const raw = async (onSocket: (socket: Socket) => void) => closing(await rawServer(onSocket));

/** A promise and its end, for what a server sees. */
const signalOf = <T = void>() => Promise.withResolvers<T>();

describe('an exchange over a real socket', () => {
  test('carries method, path, headers and body there, and status, headers and body back', async () => {
    const server = await http((req, res) => {
      res.writeHead(201, { 'Request-Id': 'req_9', 'Set-Cookie': ['a=1', 'b=2'] });
      void text(req).then((body) => res.end(JSON.stringify({ url: req.url, headers: req.headers, body })));
    });
    const { send } = rig(server.port);
    const body = { contentType: 'application/json', text: '{"name":"Zoë"}' };
    const answer = await send({ method: 'POST', path: '/api/v1/x', query: [['a', 'b c']], body });
    expect(answer).toMatchObject({ status: 201, requestId: 'req_9', headers: { 'set-cookie': 'a=1, b=2' } });
    expect(JSON.parse(answer.text)).toEqual({
      url: '/api/v1/x?a=b%20c',
      body: body.text,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'acme-version': '2026-11-01',
        authorization: 'Bearer token-of-acme',
        connection: 'keep-alive',
        'content-length': '15',
        'content-type': 'application/json',
        host: `btcpay.home.example:${server.port}`,
        'user-agent': 'counterfoil',
      },
    });
  });

  test('unpacks what the server packed', async () => {
    const server = await http((_req, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' });
      res.end(gzipSync('{"packed":true}'));
    });
    await expect(rig(server.port).send()).resolves.toMatchObject({ text: '{"packed":true}' });
  });

  test('uses connections again', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const { send } = rig(server.port);
    for (let i = 0; i < 10; i += 1) await send();
    expect(server.requests).toHaveLength(10);
    // A connection is free again a moment after its answer, so the next call may have opened a second one.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('gives every one of many simultaneous calls its own answer', async () => {
    const server = await http((req, res) => res.end(req.url));
    const { send } = rig(server.port);
    const paths = Array.from({ length: 100 }, (_, i) => `/item/${i}`);
    const answers = await Promise.all(paths.map((path) => send({ path })));
    expect(answers.map((answer) => answer.text)).toEqual(paths);
  });

  test('gives an HTML error page back as it is', async () => {
    const server = await http((_req, res) => {
      res.writeHead(502, { 'content-type': 'text/html' });
      res.end('<h1>Bad Gateway</h1>');
    });
    await expect(rig(server.port).send()).resolves.toMatchObject({ status: 502, text: '<h1>Bad Gateway</h1>' });
  });

  test('does not follow a redirect', async () => {
    const elsewhere = await http((_req, res) => res.end('secret'));
    const server = await http((_req, res) => {
      res.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/steal` });
      res.end();
    });
    await expect(rig(server.port).send({ method: 'POST' })).resolves.toMatchObject({ status: 307 });
    expect(elsewhere.connections()).toBe(0);
  });

  test('waits for the answer behind an announcement', async () => {
    const server = await http((_req, res) => {
      res.writeEarlyHints({ link: '</a>; rel=preload' });
      res.writeProcessing();
      res.end('{"final":true}');
    });
    await expect(rig(server.port).send()).resolves.toMatchObject({ status: 200, text: '{"final":true}' });
  });

  test('closes its connections with the transport', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const { send, transport } = rig(server.port);
    await send();
    expect(server.open()).toBe(1);
    await transport.close();
    await server.quiet();
  });
});

describe('the deadline', () => {
  test('ends a slow drip, however alive it is, and the connection with it', async () => {
    const arrived = signalOf();
    const server = await http((_req, res) => {
      res.write('x');
      const drip = setInterval(() => res.write('x'), 5);
      res.on('close', () => clearInterval(drip));
      arrived.resolve();
    });
    const { send, clock } = rig(server.port);
    const sent = send();
    await arrived.promise;
    clock.advance(TIMEOUT_MS);
    await expect(sent).rejects.toMatchObject({ code: 'provider.timeout', outcome: 'unknown' });
    await server.quiet();
  });

  test('ends a call to a server that accepts and says nothing', async () => {
    const arrived = signalOf();
    const server = await raw((socket) => socket.on('data', () => arrived.resolve()));
    const { send, clock } = rig(server.port);
    const sent = send({ method: 'POST' });
    await arrived.promise;
    clock.advance(TIMEOUT_MS);
    await expect(sent).rejects.toMatchObject({ code: 'provider.timeout', outcome: 'unknown' });
    await server.quiet();
  });

  test('before there is a connection proves that nothing was sent, and nothing is sent later', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const asked = signalOf();
    const gate = signalOf<readonly string[]>();
    const { send, clock } = rig(server.port, () => {
      asked.resolve();
      return gate.promise;
    });
    const sent = send({ method: 'POST', path: '/late' });
    await asked.promise;
    clock.advance(TIMEOUT_MS);
    await expect(sent).rejects.toMatchObject({ code: 'provider.timeout', outcome: 'not_applied' });
    gate.resolve(['127.0.0.1']);
    await send({ path: '/next' });
    expect(server.requests).toEqual(['GET /next']);
  });

  test('and a caller that stops is told apart from it', async () => {
    const arrived = signalOf();
    const server = await raw((socket) => socket.on('data', () => arrived.resolve()));
    const caller = new AbortController();
    const sent = rig(server.port).send({}, {}, caller.signal);
    await arrived.promise;
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'unknown' });
    await server.quiet();
  });
});

describe('a connection that cannot be made', () => {
  test('because nobody listens: nothing was sent', async () => {
    const gone = await httpServer(() => {});
    await gone.close();
    await expect(rig(gone.port).send({ method: 'POST' })).rejects.toMatchObject({
      code: 'provider.unreachable',
      outcome: 'not_applied',
    });
  });

  test('because the name is unknown: nothing was sent', async () => {
    const unknown = () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
    await expect(rig(1, unknown).send()).rejects.toMatchObject({
      code: 'provider.unreachable',
      outcome: 'not_applied',
    });
  });

  test('because the other side does not speak TLS: nothing was sent', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const sent = rig(server.port).send({}, { baseUrl: `https://btcpay.home.example:${server.port}` });
    await expect(sent).rejects.toMatchObject({ code: 'provider.unreachable', outcome: 'not_applied' });
    expect(server.requests).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  const breaks: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['without an answer', (socket) => socket.end()],
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['in the middle of the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
    ['before the announced length', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":')],
    ['between two chunks', (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n')],
    [
      'before the last chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'),
    ],
  ];
  for (const [how, answer] of breaks) {
    test(`${how} leaves the outcome unknown and is not tried again`, async () => {
      const server = await raw((socket) => socket.once('data', () => answer(socket)));
      const sent = rig(server.port).send({ method: 'POST' });
      await expect(sent).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'unknown' });
      expect(server.connections()).toBe(1);
    });
  }

  test('by a reset in the middle of the body leaves the outcome unknown', async () => {
    const server = await http((_req, res) => {
      res.writeHead(200, { 'content-length': '50000' });
      res.write('x'.repeat(1_000), () => res.socket!.resetAndDestroy());
    });
    await expect(rig(server.port).send()).rejects.toMatchObject({
      code: 'provider.connection_lost',
      outcome: 'unknown',
    });
  });

  test('while it was idle does not harm the next call', async () => {
    const server = await http((_req, res) => {
      res.setHeader('connection', 'close');
      res.end('{}');
    });
    const { send } = rig(server.port);
    await send();
    await server.quiet();
    await expect(send()).resolves.toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(2);
  });
});

describe('an answer that cannot be used', () => {
  test('because it is announced as too large is not read', async () => {
    const server = await http((_req, res) => {
      res.writeHead(200, { 'content-length': String(MAX_ANSWER_BYTES + 1) });
      res.flushHeaders();
    });
    await expect(rig(server.port).send()).rejects.toMatchObject({ code: 'transport.answer_too_large' });
    await server.quiet();
  });

  test('because it never ends is cut off at the limit', async () => {
    const server = await http((_req, res) => {
      const pour = () => {
        while (!res.destroyed && res.write('x'.repeat(10_000)));
      };
      res.on('drain', pour);
      pour();
    });
    await expect(rig(server.port).send()).rejects.toMatchObject({ code: 'transport.answer_too_large' });
    await server.quiet();
  });

  test('because its headers never end is cut off', async () => {
    const server = await raw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(MAX_ANSWER_BYTES)}`)),
    );
    await expect(rig(server.port).send()).rejects.toMatchObject({ code: 'transport.answer_too_large' });
  });

  test('because it is no HTTP is unreadable', async () => {
    const server = await raw((socket) => socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')));
    await expect(rig(server.port).send()).rejects.toMatchObject({ code: 'provider.unreadable', outcome: 'unknown' });
  });
});

describe('the address guard', () => {
  test('opens no connection to a private address that is not allowed', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const overrides = { baseUrl: `https://shop.example:${server.port}`, privateHostAllowed: false };
    const sent = rig(server.port).send({}, overrides);
    await expect(sent).rejects.toMatchObject({ code: 'transport.private_address', outcome: 'not_applied' });
    expect(server.connections()).toBe(0);
  });

  test('opens no plain connection to a public address, even for a host that is allowed to be private', async () => {
    const sent = rig(1, async () => ['1.1.1.1']).send();
    await expect(sent).rejects.toMatchObject({ code: 'transport.private_address', outcome: 'not_applied' });
  });

  test('checks every new connection, so a name that changes its mind is refused', async () => {
    const server = await http((_req, res) => {
      res.setHeader('connection', 'close');
      res.end('{}');
    });
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const { send } = rig(server.port, async () => answers.shift()!);
    await expect(send()).resolves.toMatchObject({ status: 200 });
    await expect(send()).rejects.toMatchObject({ code: 'transport.private_address', outcome: 'not_applied' });
    expect(server.requests).toHaveLength(1);
  });

  test('does not let a call that may not go there use a connection of one that may', async () => {
    const server = await http((_req, res) => res.end('{}'));
    const { send } = rig(server.port);
    await send();
    const baseUrl = `http://127.0.0.1:${server.port}`;
    await expect(send({}, { baseUrl })).resolves.toMatchObject({ status: 200 });
    await expect(send({}, { baseUrl, privateHostAllowed: false })).rejects.toMatchObject({ outcome: 'not_applied' });
    expect(server.requests).toHaveLength(2);
  });
});
