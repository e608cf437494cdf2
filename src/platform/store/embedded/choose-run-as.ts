import { chown, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { chooseUser, ownerOf } from './choose-user.ts';
import { UNFINISHED_PREFIX } from './data-layout.ts';
import { ROOT_METHODS, RUN_AS_SELF, type RunAs, runAsUser } from './run-as.ts';
import { spawnAs, untilFinished } from './run-command.ts';
import type { EmbeddedLog, Owner } from './types.ts';

export interface RunAsRequest {
  readonly postgres: string;
  readonly cluster: string;
  /** Directories the server must be able to enter; they exist. The first is the data directory. */
  readonly mustEnter: readonly [string, ...string[]];
  readonly log: EmbeddedLog;
}

/** Enters each directory, loads the binary with its libraries, says so, and stays until its input ends. */
const PROBE = 'for d in "$@"; do cd "$d" || exit 1; done; cd /; "$0" --version && read -r _';

/**
 * Finds the way to run PostgreSQL on these directories: as ourselves, or, when we are root, the first of
 * {@link ROOT_METHODS} that works when tried.
 *
 * @throws CounterfoilError `data_directory.unusable` saying what to do when none works.
 */
export async function chooseRunAs(request: RunAsRequest): Promise<RunAs> {
  if (process.getuid?.() !== 0) {
    await requireOwnCluster(request.cluster);
    return RUN_AS_SELF;
  }
  const user = await chooseUser([request.cluster, request.mustEnter[0]]);
  for (const method of ROOT_METHODS) {
    const runAs = runAsUser(method, user);
    if (await works(runAs, request)) {
      request.log.info({ method, uid: user.uid }, 'PostgreSQL refuses to run as root: it runs as another user');
      return runAs;
    }
  }
  throw await noWay(user, request);
}

async function works(runAs: RunAs, request: RunAsRequest): Promise<boolean> {
  try {
    return (await mayGiveAway(request.mustEnter[0], runAs)) && (await tryOut(runAs, request));
  } catch {
    // Node throws at once when the system does not let us change the user.
    return false;
  }
}

/** Whether a directory can be made over to the server's user: containers can take that right from root. */
async function mayGiveAway(dataDir: string, { method, fileOwner }: RunAs): Promise<boolean> {
  if (fileOwner === undefined) return true;
  const directory = join(dataDir, `${UNFINISHED_PREFIX}${method}`);
  try {
    await mkdir(directory, { recursive: true });
    await chown(directory, fileOwner.uid, fileOwner.gid);
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function tryOut(runAs: RunAs, { postgres, mustEnter }: RunAsRequest): Promise<boolean> {
  const child = spawnAs(runAs, '/bin/sh', ['-c', PROBE, postgres, ...mustEnter], ['pipe', 'pipe', 'ignore']);
  child.stdin?.on('error', () => {});
  const finished = untilFinished(child);
  const hasSpoken = new Promise<true>((resolve) => child.stdout?.once('data', () => resolve(true)));
  const isRunning = await Promise.race([hasSpoken, finished.then(() => false)]);
  const isUsable = isRunning && child.pid !== undefined && maySignal(child.pid);
  child.stdin?.end();
  await finished;
  return isUsable;
}

/** Containers can take even this from root; a server that cannot be told to stop is of no use. */
function maySignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const UNKNOWN_DIRECTORY = { mode: 0o111, uid: 0, gid: 0 };

async function requireOwnCluster(cluster: string): Promise<void> {
  const owner = await ownerOf(cluster);
  const uid = process.getuid?.();
  if (owner === undefined || owner.uid === uid) return;
  throw new CounterfoilError('data_directory.unusable', {
    detail:
      `The database in ${cluster} belongs to user ${owner.uid}, and this process runs as user ${uid}. Start it as ` +
      `user ${owner.uid} or as root, or give the data to this user: chown -R ${uid} ${dirname(cluster)}`,
  });
}

async function noWay(user: Owner, { postgres, mustEnter }: RunAsRequest): Promise<CounterfoilError> {
  const closed = await firstClosedDirectory(user, [...mustEnter, dirname(postgres)]);
  const why = closed ? `user ${user.uid} cannot enter ${closed}` : `it could not be run as user ${user.uid} either`;
  const open = closed ? `, or open that directory for passing through (chmod o+x ${closed})` : '';
  return new CounterfoilError('data_directory.unusable', {
    detail:
      `PostgreSQL refuses to run as root, and ${why}. Start Counterfoil as an ordinary user who owns the data ` +
      `directory${open}, or install util-linux (setpriv), or set DATABASE_URL.`,
  });
}

async function firstClosedDirectory(user: Owner, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths.flatMap(withAncestors)) {
    const { mode, uid, gid } = await stat(path).catch(() => UNKNOWN_DIRECTORY);
    const passBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & passBit) === 0) return path;
  }
  return undefined;
}

function withAncestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...withAncestors(parent), path];
}
