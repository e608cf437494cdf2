import { chmod, chown, lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { hex } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { DataLayout } from './data-layout.ts';
import type { EmbeddedDoors, Owner } from './types.ts';

/** The port is a part of the socket's name only. */
export const SOCKET_PORT = 5432;

/** `sun_path` without its closing zero: 108 bytes on Linux (unix(7)), 104 on the BSDs and macOS. */
const SOCKET_PATH_LIMIT_BYTES = process.platform === 'linux' ? 107 : 103;

const TEMPORARY_PREFIX = 'counterfoil-';
const NONCE_BYTES = 8;
/** Tried when the temporary directory of the environment is itself too deep. */
const SHORT_TEMPORARY = '/tmp';

/** Path of the socket that PostgreSQL makes in a directory. */
export function socketPath(directory: string): string {
  return join(directory, `.s.PGSQL.${SOCKET_PORT}`);
}

/**
 * Where the socket will be: in the data directory, or in a new directory of unguessable name under a temporary one
 * when that path would be too long. Nothing is made yet.
 *
 * @throws CounterfoilError `data_directory.unusable` when every place is too deep.
 */
export function planSocketDirectory(
  layout: DataLayout,
  randomBytes: EmbeddedDoors['randomBytes'],
  temporaryDirectories: readonly string[] = [tmpdir(), SHORT_TEMPORARY],
): string {
  const name = `${TEMPORARY_PREFIX}${hex(randomBytes(NONCE_BYTES))}`;
  const places = [layout.socketDirectory, ...temporaryDirectories.map((it) => join(it, name))];
  const place = places.find((it) => Buffer.byteLength(socketPath(it)) <= SOCKET_PATH_LIMIT_BYTES);
  if (place !== undefined) return place;
  throw new CounterfoilError('data_directory.unusable', {
    detail: `No place for the database socket: ${layout.dataDir} and the temporary directory are both too long paths.`,
  });
}

/** Makes the directory for the socket, open to `owner` (ourselves when undefined) alone, and empty of old sockets. */
export async function makeSocketDirectory(directory: string, owner: Owner | undefined): Promise<void> {
  if (isTemporary(directory)) {
    // Not recursive: a directory that is there already was made by somebody else.
    await mkdir(directory, { mode: 0o700 });
  } else {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    await removeSockets(directory);
  }
  if (owner) await chown(directory, owner.uid, owner.gid);
}

/**
 * Removes a socket directory if it was a temporary one; the server that used it is gone. Never fails: an old directory
 * that must stay is not worth a failed start.
 */
export async function removeTemporarySocketDirectory(directory: string): Promise<void> {
  if (!isTemporary(directory)) return;
  try {
    if (!(await lstat(directory)).isDirectory()) return;
    await removeSockets(directory);
    await rmdir(directory);
  } catch {
    // The system's own cleaning removed it, or it is somebody else's.
  }
}

/** Whether a server accepts connections there. */
export function isAnswering(directory: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(directory));
    const finish = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

function isTemporary(directory: string): boolean {
  return new RegExp(`^${TEMPORARY_PREFIX}[0-9a-f]{${NONCE_BYTES * 2}}$`).test(basename(directory));
}

/** PostgreSQL would take the lock beside an old socket for a live server's when its process id is in use again. */
async function removeSockets(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(directory, name), { force: true });
  }
}
