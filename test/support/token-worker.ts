/**
 * A process that works on one connection: opens its database and a transport over sockets, says `ready`, waits for a
 * line, does so many jobs at once, each with a call of the provider, says `waits` whenever it waits, and at its end what
 * came of the jobs as one line of JSON.
 */
import { createSecretKey } from 'node:crypto';
import { registry } from '../../src/connectors/registry.ts';
import {
  callerOf,
  oauthTokenDoor,
  pgAuthorisationStore,
  pgConnectionStore,
  pgGrantStore,
  testConnection,
} from '../../src/hub/connections/index.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { isCounterfoilError } from '../../src/kernel/errors.ts';
import { type ConnectionId, idMaker, type TenantId } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { Database, type OwnerAddress } from '../../src/platform/store/index.ts';
import { createMetrics, silentLog } from '../../src/platform/telemetry/index.ts';
import { createTransport, memoryBreakers, memoryBudgets, postgresCalls } from '../../src/platform/transport/index.ts';
import { createVault, localKeyProvider, pgVaultStore } from '../../src/platform/vault/index.ts';
import { TEST_PASSWORDS } from './test-server.ts';

/** What the process is told in its first argument. */
export interface TokenWork {
  readonly server: OwnerAddress;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly baseUrl: string;
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  readonly jobs: number;
  /** How far this process's clock is ahead. */
  readonly ahead_ms: number;
}

const work: TokenWork = JSON.parse(process.argv[2] ?? '');
const { host, port, database: name } = work.server;
const database = new Database({ host, port, database: name, ssl: false, passwords: TEST_PASSWORDS, appConnections: 8 });
const clock: Clock = {
  ...systemClock,
  now: () => systemClock.now() + work.ahead_ms,
  sleep: (ms, signal) => {
    process.stdout.write('waits\n');
    return systemClock.sleep(ms, signal);
  },
};
const random = systemRandom;
const makeId = idMaker(clock, random);
const keyProvider = localKeyProvider(createSecretKey(Buffer.alloc(32, 7)), random);
const vault = createVault({ keyProvider, store: pgVaultStore(database, clock), random });
const storeDoors = { vault, makeId, clock };
const doors = {
  connections: pgConnectionStore(database, storeDoors),
  vault,
  clock,
  random,
  makeId,
  registry,
  log: silentLog,
  metrics: createMetrics(),
  transport: createTransport({
    clock,
    random,
    budgets: memoryBudgets(clock),
    breakers: memoryBreakers(clock),
    calls: postgresCalls(database),
  }),
  settings: {
    poll_ms: 60_000,
    compare_ms: 0,
    publicUrl: 'http://127.0.0.1:4171',
    limitSandbox: false,
    privateHosts: [],
    baseUrls: { quickbooks: work.baseUrl },
  },
};
const sandbox = { clientId: work.app.clientId, clientSecret: new Secret(work.app.clientSecret) };
const oauth = {
  work: doors,
  authorisations: pgAuthorisationStore(database, storeDoors),
  grants: pgGrantStore(database, storeDoors),
  oauth: { apps: { quickbooks: { sandbox } }, redirectUris: [], returnOrigins: [] },
};
const withTokens = { ...doors, tokens: oauthTokenDoor(oauth, `worker ${process.pid}`) };

const connection = (await doors.connections.find(work.tenantId, work.connectionId))!;
process.stdout.write('ready\n');
for await (const _line of process.stdin) break;
const job = async (): Promise<string> => {
  try {
    await testConnection(withTokens, await callerOf(withTokens, connection));
    return 'ok';
  } catch (error) {
    return isCounterfoilError(error) ? error.code : String(error);
  }
};
const outcomes = await Promise.all(Array.from({ length: work.jobs }, job));
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
await doors.transport.close();
await database.close();
