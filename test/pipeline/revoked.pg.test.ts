import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { CLI_ACTOR } from '../../src/hub/audit/index.ts';
import type { Connection } from '../../src/hub/connections/index.ts';
import { createHealth, pgConnectionList, pgHealthStore, systemMachine } from '../../src/hub/health/index.ts';
import { createConnectionChanges } from '../../src/hub/operate/index.ts';
import { verify } from '../../src/hub/verify/index.ts';
import { migrationStatus, rows, sql } from '../../src/platform/store/index.ts';
import { ManualClock } from '../../src/platform/transport/manual-clock.ts';
import { authorise } from '../support/authorise.ts';
import { type TestHub, testHub } from '../support/hub.ts';

const MONTH = { seed: 3, month: '2026-10', charges: 50, btcpayInvoices: 1 };

let hub: TestHub;
afterEach(() => hub.close());

/** Books whose company was connected by an authorisation; after so many documents `then` happens, in the middle of the work. */
async function books(
  documents: number,
  then: () => void,
): Promise<{ readonly ledger: Connection; readonly clock: ManualClock }> {
  const clock = new ManualClock({ now: Date.UTC(2026, 10, 20), skipsSleep: true });
  let created = 0;
  hub = await testHub({
    clock,
    through: (fetch) => async (request) => {
      const answer = await fetch(request);
      const isCreate =
        request.method === 'POST' && /\/v3\/company\/\d+\/(batch|salesreceipt|deposit)/.test(request.url);
      if (isCreate && answer.ok) created += 1;
      if (isCreate && created === documents) then();
      return answer;
    },
  });
  hub.sandbox.generate(MONTH);
  const { ledger } = await hub.connect({ taxUnknown: 'none' }, ['stripe']);
  await authorise({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
  return { ledger, clock };
}

const stateOf = async ({ tenantId, id }: Connection) => (await hub.doors.connections.find(tenantId, id))?.state;
const postings = () =>
  hub.test.database.tenant(hub.test.tenantId, (tx) =>
    rows(
      tx,
      sql<{
        state: string;
        count: bigint;
      }>`select state, count(*) as count from postings group by state order by state`,
    ),
  );
const waiting = async () =>
  (await postings()).filter(({ state }) => ['planned', 'sending', 'uncertain'].includes(state)).length;
const marks = () =>
  hub.sandbox.quickbooks.ledger().documents.flatMap(({ entity, id }) => {
    const { PrivateNote } = hub.sandbox.quickbooks.read(entity, id) as { PrivateNote?: string };
    return PrivateNote === undefined ? [] : [PrivateNote];
  });

async function nothingLostAndNothingTwice(): Promise<void> {
  expect(await waiting()).toBe(0);
  expect(new Set(marks()).size).toBe(marks().length);
  const results = await verify(hub.doors, { live: true, signal: new AbortController().signal });
  expect(results.flatMap(({ violations }) => violations)).toEqual([]);
}

test('an authorisation that is revoked in the middle of the work parks it, deep health says so, and authorising again loses nothing', async () => {
  let isRevoked = false;
  const { ledger, clock } = await books(2, () => {
    if (!isRevoked) hub.sandbox.quickbooks.disconnect();
    isRevoked = true;
  });
  await hub.settle();
  expect(isRevoked).toBe(true);
  expect(await stateOf(ledger)).toBe('needs_reconnect');
  expect(await waiting()).toBeGreaterThan(0);
  const connections = pgConnectionList(hub.test.database);
  const health = createHealth({
    store: pgHealthStore(hub.test.database),
    connections,
    machine: systemMachine(tmpdir()),
    clock,
    migrations: () => migrationStatus(hub.test.owner),
    workerRuns: null,
  });
  const { measured } = (await health.deep(() => hub.test.tenantId)).checks.connections;
  expect(JSON.stringify(measured)).toContain('needs_reconnect');
  await authorise({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: ledger.tenantId }, { reconnect: ledger });
  await hub.settle();
  expect(await stateOf(ledger)).toBe('active');
  await nothingLostAndNothingTwice();
});

test('a company that is disconnected in the middle of the work and connected again keeps its id and posts nothing twice', async () => {
  let ended: Promise<unknown> | null = null;
  let changes: ReturnType<typeof createConnectionChanges> | null = null;
  const { ledger } = await books(2, () => {
    ended ??= changes!.disconnect(ledger.tenantId, ledger.id, CLI_ACTOR);
  });
  changes = createConnectionChanges(hub.doors, hub.oauth);
  await hub.settle();
  await ended;
  expect(await stateOf(ledger)).toBe('disconnected');
  const before = marks().length;
  const again = await authorise({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: ledger.tenantId });
  expect(again.id).toBe(ledger.id);
  await hub.settle();
  expect(marks().length).toBeGreaterThan(before);
  await nothingLostAndNothingTwice();
});

test('days of work go on over tokens that end every hour and rotate every day', async () => {
  const { ledger, clock } = await books(-1, () => {});
  for (let hours = 0; hours < 30; hours += 6) {
    await hub.settle();
    clock.advance(6 * 3_600_000);
  }
  await hub.settle();
  expect(await stateOf(ledger)).toBe('active');
  await nothingLostAndNothingTwice();
});
