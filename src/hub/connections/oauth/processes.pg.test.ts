import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerDoor } from '../../../../sandbox/src/index.ts';
import { authorise } from '../../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import type { TokenWork } from '../../../../test/support/token-worker.ts';
import { asOwner, sql } from '../../../platform/store/index.ts';
import type { Connection } from '../index.ts';

const WORKER = resolve(import.meta.dirname, '../../../../test/support/token-worker.ts');
/** Longer than the lease of a refresh, in the clock of the process that takes over. */
const LATER_MS = 10 * 60_000;

/** Where a request for tokens is kept waiting. */
type Hang = 'before it is read' | 'after it took effect' | 'until the processes meet' | null;

let hub: TestHub;
let connection: Connection;
let server: Server;
let baseUrl: string;
let refreshes: number;
let hang: Hang;
let reached: PromiseWithResolvers<void>;
/** Settled when a process waits, or a second one asks for tokens. */
let met: PromiseWithResolvers<void>;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  refreshes = 0;
  hang = null;
  reached = Promise.withResolvers();
  met = Promise.withResolvers();
  hub = await testHub({ sandbox: { quickbooks: { limits: null, refreshTokenGraceMs: 3_600_000 } } });
  connection = await authorise({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
  server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/quickbooks`;
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await hub.close();
});

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await text(incoming);
  const isRefresh = body.includes('grant_type=refresh_token');
  if (isRefresh) refreshes += 1;
  if (refreshes > 1) met.resolve();
  if (isRefresh && hang === 'before it is read') return reached.resolve();
  const request = new Request(`http://sandbox.invalid${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: incoming.headers as Record<string, string>,
    ...(incoming.method === 'POST' ? { body } : {}),
  });
  const given = await answerDoor(hub.sandbox, request);
  if (isRefresh && hang === 'after it took effect') return reached.resolve();
  if (isRefresh && hang === 'until the processes meet') await met.promise;
  outgoing.writeHead(given.status, { 'content-type': given.headers.get('content-type') ?? 'text/plain' });
  outgoing.end(await given.text());
}

/** The access token is over; with `dayOld` the refresh token changes at its next use, too. */
async function age({ dayOld = false } = {}): Promise<void> {
  await asOwner(hub.test.owner, (tx) => sql`update oauth_grants set access_expires_at = now()`.execute(tx));
  if (!dayOld) return;
  const { store, ...rest } = hub.sandbox.quickbooks.snapshot() as { store: unknown };
  const old = JSON.parse(JSON.stringify(store), (key, value) => (key === 'rotatedAt' ? value - 2 * 86_400_000 : value));
  hub.sandbox.quickbooks.restore({ store: old, ...rest });
}

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  go(): void;
  readonly outcomes: Promise<readonly string[]>;
}

function worker(jobs: number, ahead_ms = 0): Running {
  const { owner, tenantId } = hub.test;
  const work: TokenWork = {
    server: owner,
    tenantId,
    connectionId: connection.id,
    baseUrl,
    app: hub.sandbox.quickbooks.app,
    jobs,
    ahead_ms,
  };
  const child = spawn(process.execPath, [WORKER, JSON.stringify(work)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  const ready = Promise.withResolvers<void>();
  const outcomes = Promise.withResolvers<readonly string[]>();
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString();
    if (written.startsWith('ready\n')) ready.resolve();
    if (written.includes('waits\n')) met.resolve();
  });
  child.once('close', () => {
    const line = written.split('\n').find((one) => one.startsWith('['));
    outcomes.resolve(line === undefined ? ['killed'] : JSON.parse(line));
  });
  return { child, ready: ready.promise, go: () => void child.stdin.write('go\n'), outcomes: outcomes.promise };
}

describe('two processes', () => {
  test('with 50 jobs between them refresh once', async () => {
    await age();
    hang = 'until the processes meet';
    const both = [worker(25), worker(25)];
    await Promise.all(both.map((one) => one.ready));
    for (const one of both) one.go();
    const outcomes = (await Promise.all(both.map((one) => one.outcomes))).flat();
    expect(outcomes).toEqual(Array.from({ length: 50 }, () => 'ok'));
    expect(refreshes).toBe(1);
  });

  test('do not lose a connection whose refresher is killed before the provider has read the request', () =>
    killedAt('before it is read', false));

  test('nor after the provider has answered with the same refresh token', () =>
    killedAt('after it took effect', false));

  test('nor after it has changed the token, where the provider leaves a grace', () =>
    killedAt('after it took effect', true));
});

async function killedAt(where: Hang, dayOld: boolean): Promise<void> {
  await age({ dayOld });
  hang = where;
  const first = worker(5);
  await first.ready;
  first.go();
  await reached.promise;
  first.child.kill('SIGKILL');
  expect(await first.outcomes).toEqual(['killed']);
  hang = null;
  const second = worker(5, LATER_MS);
  await second.ready;
  second.go();
  expect(await second.outcomes).toEqual(Array.from({ length: 5 }, () => 'ok'));
  expect(refreshes).toBe(2);
  expect(JSON.stringify(hub.sandbox.quickbooks.snapshot()).includes('previous')).toBe(dayOld);
  const state = (await hub.doors.connections.find(connection.tenantId, connection.id))?.state;
  expect(state).toBe('active');
}
