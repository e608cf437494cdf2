import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Installation, openInstallation } from '../../src/compose/installation.ts';
import { addAppEndpoint } from '../../src/hub/connections/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { counterfoilWith, type Folder, type Program, temporaryFolder, untilNothingRuns } from '../support/programs.ts';

const SECRET = 'whsec_made_up_for_this_test';
/** Deliveries on their way at once. */
const CLIENTS = 16;
/** The server is killed when this many have been acknowledged in a round. */
const KILL_AFTER = [40, 150, 400] as const;

interface Stored {
  readonly key: string;
  readonly duplicates: number;
}

function open(folder: Folder): Promise<Installation> {
  const config = readConfig({}, { COUNTERFOIL_DATA_DIR: join(folder.path, 'data') });
  return openInstallation({ config, log: silentLog, clock: systemClock, random: systemRandom, mode: 'own' });
}

/** Makes an endpoint whose secret we know, and answers the path of its address. */
async function prepare(folder: Folder): Promise<string> {
  const installation = await open(folder);
  const tenant = await installation.tenant();
  const { url } = await addAppEndpoint(installation.doors, tenant.id, 'stripe', new Secret(SECRET));
  await installation.close();
  return new URL(url).pathname;
}

/** Status of the answer, or null when there was none. */
function deliver(url: string, id: string): Promise<number | null> {
  const created = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'balance.available',
    created,
    data: { object: { object: 'balance' } },
  });
  const signature = createHmac('sha256', SECRET).update(`${created}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${created},v1=${signature}` };
  return new Promise((resolve) => {
    const call = request(url, { method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? null));
      answer.once('error', () => resolve(null));
    });
    call.once('error', () => resolve(null));
    call.end(body);
  });
}

/** Sends from many clients until the server is gone; `acknowledged` hears of every 200. */
async function bombard(url: string, round: number, acknowledged: (id: string) => void): Promise<void> {
  let next = 0;
  const client = async () => {
    for (;;) {
      const id = `evt_round${round}_${next++}`;
      const status = await deliver(url, id);
      if (status === null) return;
      if (status === 200) acknowledged(id);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function stored({ doors }: Installation): Promise<ReadonlyMap<string, Stored>> {
  const found = await doors.database.inbox((tx) =>
    rows<Stored>(tx, sql`select dedupe_key as key, duplicates from deliveries order by id`),
  );
  return new Map(found.map((row) => [row.key, row]));
}

interface Server {
  readonly program: Program;
  readonly origin: string;
}

async function serve(folder: Folder): Promise<Server> {
  const variables = {
    COUNTERFOIL_DATA_DIR: join(folder.path, 'data'),
    COUNTERFOIL_PORT: '0',
    COUNTERFOIL_EDGE_PORT: '0',
  };
  const program = counterfoilWith(variables, folder.path, 'start');
  const [, origin] = await program.said(/Webhooks:\s+(\S+)/);
  return { program, origin: origin! };
}

describe('what was acknowledged is in the inbox (I1), and comes again without effect (I17)', () => {
  test('after kill -9 under webhook traffic, three times', async () => {
    const folder = await temporaryFolder();
    const path = await prepare(folder);
    const acknowledged = new Set<string>();
    for (const [round, killAfter] of KILL_AFTER.entries()) {
      const { program, origin } = await serve(folder);
      let inRound = 0;
      await bombard(`${origin}${path}`, round, (id) => {
        acknowledged.add(id);
        inRound += 1;
        if (inRound === killAfter) program.child.kill('SIGKILL');
      });
      expect((await program.finished).signal).toBe('SIGKILL');
      await untilNothingRuns(folder.path);
    }
    const before = await openedInbox(folder);
    expect(acknowledged.size).toBeGreaterThanOrEqual(590);
    expect([...acknowledged].filter((id) => !before.has(id))).toEqual([]);

    const { program, origin } = await serve(folder);
    for (const id of acknowledged) expect(await deliver(`${origin}${path}`, id)).toBe(200);
    program.child.kill('SIGTERM');
    expect((await program.finished).code).toBe(0);
    const after = await openedInbox(folder);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect([...acknowledged].filter((id) => after.get(id)!.duplicates !== before.get(id)!.duplicates + 1)).toEqual([]);
    await folder.remove();
  });
});

async function openedInbox(folder: Folder): Promise<ReadonlyMap<string, Stored>> {
  const installation = await open(folder);
  const inbox = await stored(installation);
  await installation.close();
  return inbox;
}
