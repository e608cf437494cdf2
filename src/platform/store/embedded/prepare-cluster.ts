import { dirname } from 'node:path';
import { base64 } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { changeOwner } from './change-owner.ts';
import { chooseRunAs } from './choose-run-as.ts';
import { ownerOf } from './choose-user.ts';
import { clusterExists } from './cluster-version.ts';
import { type EmbeddedConnection, readConnectionFile, writeConnectionFile } from './connection-file.ts';
import { type DataLayout, dataLayout } from './data-layout.ts';
import { createCluster, removeUnfinished } from './initdb.ts';
import { resetPassword } from './password-reset.ts';
import type { RunAs } from './run-as.ts';
import {
  isAnswering,
  makeSocketDirectory,
  planSocketDirectory,
  removeTemporarySocketDirectory,
  SOCKET_PORT,
} from './socket-directory.ts';
import { clearForeignPidFile, stopStaleServer } from './stale-server.ts';
import type { EmbeddedDoors } from './types.ts';

/** A cluster at rest, with all that is needed to start it. */
export interface PreparedCluster {
  readonly layout: DataLayout;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly connection: EmbeddedConnection;
  /** Whether the cluster was made just now. */
  readonly isNew: boolean;
}

const OWNER_ROLE = 'counterfoil_owner';
const DATABASE = 'counterfoil';
/** 256 bits, as for every secret. */
const PASSWORD_BYTES = 32;

/**
 * Brings a data directory, whose lock the caller holds, to where a server can be started: one exists, of the right
 * version, with a known password, and nobody else works on it. The version is judged before anything is changed.
 */
export async function prepareCluster(dataDir: string, doors: EmbeddedDoors): Promise<PreparedCluster> {
  const layout = dataLayout(dataDir);
  const binaries = await findBinaries();
  const exists = await clusterExists(layout.cluster, binaries.majorVersion);
  const known = await readConnectionFile(dataDir);
  if (exists) await requireAtRest(layout, known, doors);

  const host = planSocketDirectory(layout, doors.randomBytes);
  const mustEnter = [dataDir, dirname(host)] as const;
  const runAs = await chooseRunAs({ postgres: binaries.postgres, cluster: layout.cluster, mustEnter, log: doors.log });
  const connection = { ...(known ?? newCredentials(doors)), host, port: SOCKET_PORT };
  const prepared = { layout, binaries, runAs, connection, isNew: !exists };

  await removeUnfinished(layout);
  if (exists) await reopen(prepared, known);
  else await create(prepared, doors);
  if (known) await removeTemporarySocketDirectory(known.host);
  await makeSocketDirectory(host, runAs.fileOwner);
  return prepared;
}

function newCredentials({ randomBytes }: EmbeddedDoors): Pick<EmbeddedConnection, 'user' | 'password' | 'database'> {
  return { user: OWNER_ROLE, password: base64(randomBytes(PASSWORD_BYTES)), database: DATABASE };
}

/** Process ids say nothing about another container on the same volume; a socket that answers does. */
async function requireAtRest(
  { dataDir, cluster, socketDirectory }: DataLayout,
  known: EmbeddedConnection | undefined,
  doors: EmbeddedDoors,
): Promise<void> {
  await stopStaleServer(cluster, doors);
  const host = known?.host ?? socketDirectory;
  if (await isAnswering(host)) {
    throw new CounterfoilError('data_directory.locked', {
      detail:
        `A PostgreSQL answers in ${host} that is no process of this machine or container. Stop the other ` +
        `container that uses ${dataDir}, or choose another data directory.`,
    });
  }
  await clearForeignPidFile(cluster);
}

async function create({ layout, binaries, runAs, connection }: PreparedCluster, doors: EmbeddedDoors): Promise<void> {
  doors.log.info({ dataDir: layout.dataDir }, 'Making a new database');
  // First, so that no kill leaves a cluster whose password nobody knows.
  await store(layout, connection);
  const { user, password } = connection;
  const { randomBytes } = doors;
  await createCluster({ layout, initdb: binaries.initdb, runAs, user, password, randomBytes });
}

async function reopen(prepared: PreparedCluster, known: EmbeddedConnection | undefined): Promise<void> {
  const { layout, binaries, runAs, connection } = prepared;
  if (runAs.fileOwner) await changeOwner(layout.cluster, runAs.fileOwner);
  if (!known) {
    // Before the file is written: after a kill in between, the next start sets it again.
    const { dataDir, cluster } = layout;
    const { user, password } = connection;
    await resetPassword({ dataDir, cluster, postgres: binaries.postgres, runAs, user, password });
  }
  const isChanged = known?.host !== connection.host || known.port !== connection.port;
  if (isChanged) await store(layout, connection);
}

/** Root writes for the owner of the data directory, who may be the one to start next time. */
async function store({ dataDir }: DataLayout, connection: EmbeddedConnection): Promise<void> {
  const owner = process.getuid?.() === 0 ? await ownerOf(dataDir) : undefined;
  await writeConnectionFile(dataDir, connection, owner);
}
