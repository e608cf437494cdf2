import { createServer as createHttpServer, get, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Address, MakeFault } from './fault.ts';
import { delay, drip, halfOpen, oneWay, refuse, resetAfterBytes, silent, stall, tlsCut } from './faults.ts';
import { duplicate, Swaps } from './http-faults.ts';
import { TcpProxy } from './proxy.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listening(server: Server | HttpServer): Promise<Address> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** A server that says everything back. */
async function echoThroughProxy(): Promise<{ readonly proxy: TcpProxy; readonly heard: () => string }> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard += chunk;
      socket.write(chunk);
    });
  });
  const proxy = new TcpProxy(await listening(server));
  await proxy.listen();
  open.push(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { proxy, heard: () => heard };
}

interface Client {
  readonly socket: Socket;
  text(): string;
  /** `end`, or the code of an error. */
  readonly ended: Promise<string>;
}

function client({ address }: TcpProxy): Client {
  const socket = connect(address);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<string>((resolve) => {
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.once('end', () => resolve('end'));
  });
  open.push(async () => socket.destroy());
  return { socket, text: () => text, ended };
}

/** Long enough for anything on a loopback to have come. */
const QUIET_MS = 80;

describe('without a fault', () => {
  test('bytes pass in both directions, and an end is passed on', async () => {
    const { proxy } = await echoThroughProxy();
    const one = client(proxy);
    one.socket.write('hello');
    await expect.poll(one.text).toBe('hello');
    expect(proxy.links).toHaveLength(1);
    expect(proxy.links[0]!.passed).toEqual({ up: 5, down: 5 });
    one.socket.end();
    expect(await one.ended).toBe('end');
    await expect.poll(() => proxy.links.length).toBe(0);
  });
});

describe('a fault', () => {
  test('refuses new connections, resets the old, and is over when it is lifted', async () => {
    const { proxy } = await echoThroughProxy();
    const before = client(proxy);
    before.socket.write('x');
    await expect.poll(before.text).toBe('x');
    const lift = await proxy.break(refuse);
    expect(await before.ended).toBe('ECONNRESET');
    expect(await client(proxy).ended).toBe('ECONNREFUSED');
    await lift({ reset: false });
    const after = client(proxy);
    after.socket.write('again');
    await expect.poll(after.text).toBe('again');
  });

  test('is one at a time', async () => {
    const { proxy } = await echoThroughProxy();
    await proxy.break(silent);
    await expect(proxy.break(drip)).rejects.toThrow('in force');
  });

  test('silent: takes the connection and the bytes, and answers nothing until it is reset', async () => {
    const { proxy, heard } = await echoThroughProxy();
    const lift = await proxy.break(silent);
    const one = client(proxy);
    one.socket.write('hello');
    await sleep(QUIET_MS);
    expect([one.text(), heard()]).toEqual(['', '']);
    await lift({ reset: true });
    expect(await one.ended).toBe('ECONNRESET');
  });

  test('half-open: an old connection hears nothing more, a new one works', async () => {
    const { proxy } = await echoThroughProxy();
    const old = client(proxy);
    old.socket.write('x');
    await expect.poll(old.text).toBe('x');
    await proxy.break(halfOpen);
    old.socket.write('lost');
    const fresh = client(proxy);
    fresh.socket.write('hello');
    await expect.poll(fresh.text).toBe('hello');
    expect([old.text(), old.socket.readyState]).toEqual(['x', 'open']);
  });

  test('half-open: a client that closes such a connection is gone', async () => {
    const { proxy } = await echoThroughProxy();
    const old = client(proxy);
    old.socket.write('x');
    await expect.poll(old.text).toBe('x');
    await proxy.break(halfOpen);
    old.socket.destroy();
    await expect.poll(() => proxy.links.length).toBe(0);
  });

  test.each([
    ['requests', 0, '', ''],
    ['answers', 0.9, 'hello', ''],
  ])('one-way: loses the %s of a connection', async (_what, chance, arrived, answered) => {
    const { proxy, heard } = await echoThroughProxy();
    await proxy.break(oneWay(() => chance));
    const one = client(proxy);
    one.socket.write('hello');
    await sleep(QUIET_MS);
    expect([heard(), one.text()]).toEqual([arrived, answered]);
  });

  test('reset: lets so many bytes through and breaks the connection', async () => {
    const { proxy, heard } = await echoThroughProxy();
    await proxy.break(resetAfterBytes(() => 0));
    const one = client(proxy);
    one.socket.write('x'.repeat(100));
    expect(await one.ended).toBe('ECONNRESET');
    expect(heard().length).toBeLessThanOrEqual(20);
  });

  test.each([
    ['drip', drip],
    ['delay', delay],
  ] as const)('%s: everything arrives whole and in order', async (_name, fault) => {
    const { proxy } = await echoThroughProxy();
    await proxy.break(fault);
    const text = Array.from({ length: 200 }, (_, number) => `${number},`).join('');
    const one = client(proxy);
    one.socket.write(text);
    await expect.poll(one.text, { timeout: 5_000 }).toBe(text);
  });

  test('stall: what was held goes on when it is lifted', async () => {
    const { proxy } = await echoThroughProxy();
    const lift = await proxy.break(stall);
    const one = client(proxy);
    one.socket.write('hello');
    await sleep(QUIET_MS);
    expect(one.text()).toBe('');
    await lift({ reset: false });
    await expect.poll(one.text).toBe('hello');
  });

  test('tls-cut: breaks a handshake and nothing else', async () => {
    const { proxy } = await echoThroughProxy();
    await proxy.break(tlsCut(() => 0.1));
    const plain = client(proxy);
    plain.socket.write('GET /');
    await expect.poll(plain.text).toBe('GET /');
    const tls = client(proxy);
    tls.socket.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]));
    expect(await tls.ended).toBe('ECONNRESET');
    expect(tls.text()).toBe('');
  });
});

/** A web server that answers each path with itself, and what it was asked. */
async function webThroughProxies(count: number) {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    request.resume();
    request.once('end', () => {
      asked.push(request.url ?? '');
      response.end(`this is ${request.url}`);
    });
  });
  const target = await listening(server);
  const proxies = await Promise.all(
    Array.from({ length: count }, async () => {
      const proxy = new TcpProxy(target);
      await proxy.listen();
      return proxy;
    }),
  );
  open.push(async () => {
    for (const proxy of proxies) await proxy.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, target, proxies };
}

function textOf({ address: { host, port } }: TcpProxy, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve(text));
    }).once('error', reject);
  });
}

describe('a fault of HTTP', () => {
  test('duplicate: the server gets a request twice, the client one answer', async () => {
    const { asked, target, proxies } = await webThroughProxies(1);
    await proxies[0]!.break(duplicate(() => target));
    expect(await textOf(proxies[0]!, '/a')).toBe('this is /a');
    await expect.poll(() => asked).toEqual(['/a', '/a']);
  });

  test('swap: two exchanges get each other’s answers, also through two proxies', async () => {
    const { proxies } = await webThroughProxies(2);
    const swaps = new Swaps();
    for (const proxy of proxies) await proxy.break(swaps.fault);
    const answers = await Promise.all([textOf(proxies[0]!, '/a'), textOf(proxies[1]!, '/b')]);
    expect(answers).toEqual(['this is /b', 'this is /a']);
    expect(swaps.count).toBe(1);
  });

  test('swap: an exchange that stays alone gets its own answer', async () => {
    const { proxies } = await webThroughProxies(1);
    await proxies[0]!.break(new Swaps().fault);
    expect(await textOf(proxies[0]!, '/a')).toBe('this is /a');
  });

  const faults: readonly [string, (target: Address) => MakeFault][] = [
    ['duplicate', (target) => duplicate(() => target)],
    ['swap', () => new Swaps().fault],
  ];
  test.each(faults)('%s: is over when it is lifted', async (_name, make) => {
    const { asked, target, proxies } = await webThroughProxies(2);
    for (const proxy of proxies) await (await proxy.break(make(target)))({ reset: false });
    const answers = await Promise.all([textOf(proxies[0]!, '/a'), textOf(proxies[1]!, '/b')]);
    expect(answers).toEqual(['this is /a', 'this is /b']);
    expect(asked).toHaveLength(2);
  });
});
