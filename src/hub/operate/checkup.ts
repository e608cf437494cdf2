import type { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { type Connection, listConnections } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import {
  countAttention,
  type RoleStanding,
  readOpenTables,
  readRole,
  readServer,
  readWork,
  type WorkStanding,
} from './checkup.pg.ts';
import { readStopped, type StoppedGroup } from './stopped.pg.ts';
import { tryConnection } from './try-connection.ts';

/** What can be found out about an installation from inside of it. */
export interface Checkup {
  readonly database: {
    /** Such as 180004 for 18.4. */
    readonly versionNumber: number;
    readonly latency_ms: number;
    /** Ahead of ours when positive; known to half the latency. */
    readonly clockSkew_ms: number;
    readonly roles: readonly RoleStanding[];
    /** Tables with tenants' data that no policy guards. */
    readonly openTables: readonly string[];
  };
  readonly connections: readonly ConnectionStanding[];
  readonly stopped: readonly StoppedGroup[];
  readonly attention: number;
}

export interface ConnectionStanding {
  readonly connection: Connection;
  readonly work: WorkStanding | null;
  /** Of a live call with the stored credential; null when it was good, or when a disconnected one was left alone. */
  readonly error: CounterfoilError | null;
}

/** Looks at the database, and asks every provider once with the stored credential. Changes nothing. */
export async function checkup(doors: HubDoors, tenantId: TenantId): Promise<Checkup> {
  const { database } = doors;
  const inside = await database.tenant(tenantId, async (tx) => ({
    connections: await listConnections(tx),
    work: new Map((await readWork(tx)).map((one) => [one.connectionId, one])),
    stopped: await readStopped(tx),
    attention: await countAttention(tx),
    openTables: await readOpenTables(tx),
  }));
  const roles = [
    await database.tenant(tenantId, readRole),
    await database.inbox(readRole),
    await database.engine(readRole),
    await database.access(null, readRole),
  ];
  const connections: ConnectionStanding[] = [];
  for (const connection of inside.connections) {
    connections.push({
      connection,
      work: inside.work.get(connection.id) ?? null,
      error: await tryConnection(doors, connection),
    });
  }
  const { stopped, attention, openTables } = inside;
  return { database: { ...(await measure(doors)), roles, openTables }, connections, stopped, attention };
}

async function measure({
  database,
  clock,
}: HubDoors): Promise<Pick<Checkup['database'], 'versionNumber' | 'latency_ms' | 'clockSkew_ms'>> {
  return database.engine(async (tx) => {
    // Once for the connection to be there, once to measure.
    await readServer(tx);
    const before = clock.now();
    const { versionNumber, now } = await readServer(tx);
    const after = clock.now();
    return { versionNumber, latency_ms: after - before, clockSkew_ms: Math.round(now - (before + after) / 2) };
  });
}
