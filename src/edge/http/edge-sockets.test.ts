import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEdgeServer } from './edge-server.ts';
import { httpDoors } from './fixtures/doors.ts';
import { recordingInbox } from './fixtures/inbox.ts';
import { EDGE_BODY_BYTES } from './limits.ts';

const PATH = `/webhooks/stripe/${'k'.repeat(52)}`;

let inbox: ReturnType<typeof recordingInbox>;
let app: ReturnType<typeof createEdgeServer>;

beforeEach(async () => {
  inbox = recordingInbox();
  app = createEdgeServer({ ...httpDoors(), inbox, providers: ['stripe'] });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

async function open(): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Everything that is answered until the server closes the connection. */
async function answerTo(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
  return Buffer.concat(parts).toString();
}

function bodyOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
}

async function stillServes(): Promise<number> {
  const { port } = app.server.address() as AddressInfo;
  return (await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', body: '{}' })).status;
}

describe('on a real socket', () => {
  test('a body that announces more than 5 MB is refused before it is sent, and the connection ends', async () => {
    const socket = await open();
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${EDGE_BODY_BYTES + 1}\r\n\r\n`);
    const answer = await answerTo(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(bodyOf(answer)).toMatchObject({ code: 'webhook.too_large' });
    expect(inbox.arrivals).toHaveLength(0);
  });

  test('a body without a length is refused once it is longer than 5 MB', async () => {
    const socket = await open();
    const answer = answerTo(socket);
    const chunk = 'x'.repeat(64 * 1024);
    const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let sent = 0; sent < EDGE_BODY_BYTES; sent += chunk.length) socket.write(framed);
    socket.write('1\r\nx\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(inbox.arrivals).toHaveLength(0);
  });

  test('an upload that breaks off is not taken for a delivery, and the next one is served', async () => {
    const broken = new Promise((resolve) => {
      app.server.once('request', (request) => request.socket.once('close', resolve));
    });
    const begun = new Promise((resolve) => app.server.once('request', resolve));
    const socket = await open();
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"half":`);
    await begun;
    socket.destroy();
    await broken;
    expect(inbox.arrivals).toHaveLength(0);
    expect(await stillServes()).toBe(200);
    expect(inbox.arrivals).toHaveLength(1);
  });

  test('bytes that are no HTTP are answered with a problem', async () => {
    const socket = await open();
    socket.write('\x16\x03\x01\x02\x00\x01\x00\r\n\r\n');
    const answer = await answerTo(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('cache-control: no-store');
    expect(bodyOf(answer)).toMatchObject({ code: 'request.invalid', status: 400, requestId: 'request-0001' });
    expect(await stillServes()).toBe(200);
  });

  test('headers without end are answered with 431', async () => {
    const socket = await open();
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await answerTo(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
