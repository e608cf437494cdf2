import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toStoreError } from './errors.ts';
import { patientSocket } from './patient-socket.ts';
import { newPool } from './pool.ts';

/** Authentication passed, ready for a query; idle. As a server of PostgreSQL says it. */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

let server: Server;
let sockets: Socket[];
let welcomes: boolean;
beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => welcomes && socket.write(WELCOME));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function pool(): pg.Pool {
  const { port } = server.address() as AddressInfo;
  return newPool({ host: '127.0.0.1', port, user: 'app', password: 'app', max: 1, stream: patientSocket(50) });
}

describe('a database that says nothing more', () => {
  test.each([
    ['while it is asked', true],
    ['while it is connected to', false],
  ])('%s is an outage, and its connection leaves the pool', async (_when, says) => {
    welcomes = says;
    const one = pool();
    const failed = await one.query('select 1').catch((error: unknown) => error);
    expect(toStoreError(failed)).toMatchObject({ code: 'store.unavailable' });
    expect(one.totalCount).toBe(0);
    await one.end();
  });
});
