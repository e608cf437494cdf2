import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../connectors/registry.ts';
import {
  type OAuthDoors,
  oauthTokenDoor,
  pgAuthorisationStore,
  pgConnectionStore,
  pgGrantStore,
} from '../hub/connections/index.ts';
import { firstTenant, type HubDoors, type Tenant } from '../hub/index.ts';
import { pgMappingStore } from '../hub/mapping/index.ts';
import { keyChangeRecorder, SEALED_TABLES } from '../hub/operate/index.ts';
import { base32 } from '../kernel/base32.ts';
import type { Clock } from '../kernel/clock.ts';
import { CounterfoilError, isCounterfoilError } from '../kernel/errors.ts';
import { idMaker } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import { type Config, ownerAddress } from '../platform/config/index.ts';
import {
  type DataDirectoryLock,
  type EmbeddedPostgres,
  lockDataDirectory,
  readConnectionFile,
  startEmbeddedPostgres,
} from '../platform/store/embedded/index.ts';
import {
  asOwner,
  Database,
  migrate,
  migrationStatus,
  type OwnerAddress,
  ROLES,
  type RoleName,
} from '../platform/store/index.ts';
import { createMetrics, type Log } from '../platform/telemetry/index.ts';
import {
  createTransport,
  type FetchDoor,
  postgresBreakers,
  postgresBudgets,
  postgresCalls,
  socketWire,
  systemResolve,
} from '../platform/transport/index.ts';
import {
  assertOpensEverything,
  checkKey,
  createKeyAdmin,
  createVault,
  derivedPassword,
  installationSecret,
  type KeyAdmin,
  type Keyring,
  openKeys,
  openMasterKey,
  pgKeyRecords,
  pgVaultStore,
  verifyKey,
} from '../platform/vault/index.ts';

export interface OpenOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * `own` starts the embedded database and holds the data directory; `beside` joins a server that runs there, or owns
   * it when none does.
   */
  readonly mode: 'own' | 'beside';
  /** False for a demo whose sandbox has its limits switched off. */
  readonly limitSandbox?: boolean;
  /** In place of the real outbound call: for tests that stay in the process. */
  readonly fetch?: FetchDoor;
}

/** An open installation: everything that the hub's verbs need, and how to let go of it. */
export interface Installation {
  readonly config: Config;
  readonly doors: HubDoors;
  readonly oauth: OAuthDoors;
  readonly keys: KeyAdmin;
  /** Null when the installation joins a running server's database. */
  readonly postgres: EmbeddedPostgres | null;
  readonly owner: OwnerAddress;
  /** Password of the engine role, for the job engine's own connections. */
  readonly enginePassword: string;
  /** Migrations that opening it applied. */
  readonly migrated: readonly string[];
  tenant(): Promise<Tenant>;
  close(): Promise<void>;
}

/**
 * QuickBooks meters reads (500,000 a month for all companies of an app in the smallest tier): once an hour is about
 * 8,000 for a company that sells around the clock.
 */
const COMPARE_MS = 60 * 60_000;
/** The name of the tenant that a home server starts with. */
const FIRST_TENANT = 'Home';

/** Opens in an order in which a wrong key or version is found before anything is changed. */
export async function openInstallation(options: OpenOptions): Promise<Installation> {
  const { config, clock, random, log } = options;
  const place = await openDatabase(options);
  try {
    const keys = pgKeyRecords((work) => asOwner(place.owner, work), clock);
    const wire = socketWire(systemResolve);
    const opened = await openKeys({
      dataDir: config.dataDir,
      current: config.keySource,
      next: config.nextKeySource,
      registered: () => keys.list(),
      random,
      service: { wire, clock, random },
    });
    const check = { ...opened.current, store: keys };
    await checkKey(check);
    const passwordsOf = async () => {
      await verifyKey(check);
      return rolePasswords(await installationSecret(opened.keyring, (work) => asOwner(place.owner, work), random));
    };
    const applied = place.joined ? await assertCurrent(place.owner) : await migrate(place.owner, passwordsOf);
    const passwords = await passwordsOf();
    await assertOpensEverything(opened.keyring, (work) => asOwner(place.owner, work));
    if (applied.length > 0) log.info('migrated', { applied });
    const { host, port, database: name, ssl } = place.owner;
    const database = new Database({
      host,
      port,
      database: name,
      ssl,
      passwords,
      appConnections: config.concurrency + 8,
    });
    const { doors, oauth } = makeDoors(options, database, opened.keyring);
    return {
      config,
      doors,
      oauth,
      keys: createKeyAdmin({
        database,
        clock,
        random,
        makeId: doors.makeId,
        record: keyChangeRecorder(doors),
        ...opened,
        tables: SEALED_TABLES,
        isInDataDirectory: config.keySource.kind === 'local' && config.keySource.given === undefined,
        dataDir: config.dataDir,
      }),
      postgres: place.postgres,
      owner: place.owner,
      enginePassword: passwords.engine,
      migrated: applied,
      tenant: () => firstTenant(database, { makeId: doors.makeId, now: clock.now() }, FIRST_TENANT),
      close: async () => {
        await doors.transport.close();
        await wire.close();
        await database.close();
        await place.close();
      },
    };
  } catch (error) {
    await place.close();
    throw error;
  }
}

/** Names this process in leases. */
export function processName(random: Pick<Random, 'bytes'>): string {
  return `${process.pid}-${base32(random.bytes(5))}`;
}

function makeDoors(options: OpenOptions, database: Database, keyring: Keyring): Pick<Installation, 'doors' | 'oauth'> {
  const { config, clock, random, log, fetch } = options;
  const makeId = idMaker(clock, random);
  const vault = createVault({ keyProvider: keyring, store: pgVaultStore(database, clock), random, clock });
  const storeDoors = { vault, makeId, clock };
  const work: HubDoors = {
    database,
    connections: pgConnectionStore(database, storeDoors),
    mapping: pgMappingStore(database),
    clock,
    random,
    log,
    registry,
    makeId,
    metrics: createMetrics(),
    vault,
    transport: createTransport({
      clock,
      random,
      budgets: postgresBudgets(database),
      breakers: postgresBreakers(database),
      calls: postgresCalls(database),
      onTrouble: (error) => log.warn('bookkeeping of a call failed', { error }),
      ...(fetch ? { fetch } : {}),
    }),
    settings: {
      poll_ms: config.poll_ms,
      compare_ms: COMPARE_MS,
      publicUrl: config.publicUrl,
      baseUrls: config.baseUrls,
      limitSandbox: options.limitSandbox ?? true,
      privateHosts: config.privateHosts,
    },
  };
  const authorisations = pgAuthorisationStore(database, storeDoors);
  const grants = pgGrantStore(database, storeDoors);
  const oauth = { work, authorisations, grants, oauth: config.oauth };
  return { oauth, doors: { ...work, tokens: oauthTokenDoor(oauth, processName(random)) } };
}

/** Passwords of the application roles follow from the installation's secret: every process that opens it knows them. */
function rolePasswords(secret: Parameters<typeof derivedPassword>[0]): Record<RoleName, string> {
  const entries = (Object.entries(ROLES) as [RoleName, string][]).map(([role, name]) => [
    role,
    derivedPassword(secret, `postgres-role:${name}`).reveal(),
  ]);
  return Object.fromEntries(entries) as Record<RoleName, string>;
}

interface Place {
  /** A running server's: its release decides about the schema. */
  readonly joined: boolean;
  readonly owner: OwnerAddress;
  readonly postgres: EmbeddedPostgres | null;
  close(): Promise<void>;
}

async function openDatabase(options: OpenOptions): Promise<Place> {
  const { config } = options;
  if (config.databaseUrl !== undefined)
    return { owner: ownerAddress(config.databaseUrl), postgres: null, joined: false, close: async () => {} };
  try {
    return await ownDatabase(options);
  } catch (error) {
    if (options.mode === 'beside' && isCounterfoilError(error) && error.code === 'data_directory.locked')
      return joinDatabase(config);
    throw error;
  }
}

async function ownDatabase({ config, clock, random, log }: OpenOptions): Promise<Place> {
  const randomBytes = (length: number) => random.bytes(length);
  const lock = await lockDataDirectory(config.dataDir, { clock, randomBytes });
  try {
    await firstKey({ config, random }, lock);
    const postgres = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      clock,
      randomBytes,
      log: embeddedLog(log),
      lock,
    });
    return {
      postgres,
      joined: false,
      owner: { ...postgres.connection, ssl: false },
      close: async () => {
        await postgres.stop('fast');
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Before the first database there is a key, so that a crash between the two leaves a key without data. */
async function firstKey(
  { config, random }: Pick<OpenOptions, 'config' | 'random'>,
  _lock: DataDirectoryLock,
): Promise<void> {
  const { keySource, dataDir } = config;
  if (keySource.kind !== 'local' || existsSync(join(dataDir, 'postgres'))) return;
  await openMasterKey({ dataDir, given: keySource.given, registered: async () => [], random });
}

async function joinDatabase(config: Config): Promise<Place> {
  const connection = await readConnectionFile(config.dataDir);
  if (connection === undefined)
    throw new CounterfoilError('store.unavailable', { detail: `No server answers in ${config.dataDir}.` });
  return { owner: { ...connection, ssl: false }, postgres: null, joined: true, close: async () => {} };
}

/** Beside a running server nothing is migrated under its feet. */
async function assertCurrent(owner: OwnerAddress): Promise<readonly string[]> {
  const pending = (await migrationStatus(owner)).filter((one) => one.appliedAt === null);
  if (pending.length === 0) return [];
  throw new CounterfoilError('data_directory.locked', {
    detail: `The server that runs here is an older release: ${pending.map((one) => one.name).join(', ')} is not applied. Restart it with this release first.`,
  });
}

/** The supervisor writes fields first, our log the message. */
function embeddedLog(log: Log) {
  return {
    debug: (fields: object, message: string) => log.debug(message, { ...fields }),
    info: (fields: object, message: string) => log.info(message, { ...fields }),
    warn: (fields: object, message: string) => log.warn(message, { ...fields }),
    error: (fields: object, message: string) => log.error(message, { ...fields }),
  };
}
