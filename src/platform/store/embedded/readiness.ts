import pg from 'pg';
import { CounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { EmbeddedConnection } from './connection-file.ts';
import { errno } from './file-errors.ts';
import type { ServerProcess } from './server-process.ts';
import { startFailure } from './start-failure.ts';
import type { EmbeddedDoors } from './types.ts';
import { cameWithin } from './wait.ts';

export interface AwaitedServer {
  readonly dataDir: string;
  readonly connection: EmbeddedConnection;
  readonly server: ServerProcess;
  /** Whether the cluster was made just now and lacks the database. */
  readonly isNew: boolean;
}

/** Recovery of a full gigabyte of log after a crash takes minutes on a slow disk; beyond this something is stuck. */
const START_LIMIT_MS = 600_000;
const REPORT_EVERY_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;
/** For one attempt; a server that accepts and then is silent is asked again. */
const CONNECT_LIMIT_MS = 5_000;

/** Exists in every cluster. */
const MAINTENANCE_DATABASE = 'postgres';

/** SQLSTATE: invalid_authorization_specification, invalid_password. */
const REFUSALS: readonly string[] = ['28000', '28P01'];
/** SQLSTATE: invalid_catalog_name. */
const NO_SUCH_DATABASE = '3D000';
const DUPLICATE_DATABASE = '42P04';

/**
 * Waits until a real connection answers a query, making the database when it is missing.
 *
 * @throws CounterfoilError `postgres.start_failed` with PostgreSQL's last words, `data_directory.unusable` when the
 *   disk is full or the stored password is wrong.
 */
export async function untilReady(awaited: AwaitedServer, { clock, log }: EmbeddedDoors): Promise<void> {
  const { connection, server, isNew } = awaited;
  const startedAt = clock.now();
  let reportAt = startedAt + REPORT_EVERY_MS;
  for (let pause_ms = FIRST_PAUSE_MS; ; pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS)) {
    const error = await attempt(connection, isNew);
    if (error === undefined) return;
    if (!server.isRunning()) throw await stopped(awaited);
    if (REFUSALS.includes(errno(error) ?? '')) throw refused(awaited, error);
    if (clock.now() - startedAt > START_LIMIT_MS) throw await tooSlow(awaited, error);
    if (clock.now() > reportAt) {
      log.info(
        { waited_ms: clock.now() - startedAt },
        'PostgreSQL is still starting; after a crash this can take minutes',
      );
      reportAt = clock.now() + REPORT_EVERY_MS;
    }
    await cameWithin(server.exited, pause_ms, clock);
  }
}

/** Undefined when the server answered, else why not. */
async function attempt(connection: EmbeddedConnection, isNew: boolean): Promise<unknown> {
  try {
    if (isNew) await createDatabase(connection);
    await query(connection, 'select 1');
    return undefined;
  } catch (error) {
    // A kill between making the cluster and making the database.
    const isUnfinished = !isNew && errno(error) === NO_SUCH_DATABASE;
    return isUnfinished ? attempt(connection, true) : error;
  }
}

async function createDatabase({ database, user, ...rest }: EmbeddedConnection): Promise<void> {
  try {
    await query({ ...rest, user, database: MAINTENANCE_DATABASE }, `create database "${database}" owner "${user}"`);
  } catch (error) {
    if (errno(error) !== DUPLICATE_DATABASE) throw error;
  }
}

async function query(connection: EmbeddedConnection, sql: string): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  // A connection that breaks while idle reports here too; the query's own rejection is what counts.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function stopped({ dataDir, server }: AwaitedServer): Promise<CounterfoilError> {
  const { code, signal } = await server.exited;
  const how = signal ? `signal ${signal}` : `code ${code}`;
  return startFailure({ dataDir, what: `PostgreSQL stopped while starting (${how})`, tail: server.logTail() });
}

function tooSlow({ dataDir, server }: AwaitedServer, cause: unknown): Promise<CounterfoilError> {
  const what = `PostgreSQL did not answer within ${START_LIMIT_MS / 60_000} minutes (${messageOf(cause)})`;
  return startFailure({ dataDir, what, tail: server.logTail(), cause });
}

function refused({ dataDir }: AwaitedServer, cause: unknown): CounterfoilError {
  return new CounterfoilError('data_directory.unusable', {
    detail:
      `PostgreSQL in ${dataDir} refuses the password in connection.json (${messageOf(cause)}). If the file belongs to ` +
      'another installation, delete it and start again: a new password is set, no data is lost.',
    cause,
  });
}
