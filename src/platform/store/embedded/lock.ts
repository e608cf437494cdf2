import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isoInstant } from '../../../kernel/clock.ts';
import { hex } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { dataLayout } from './data-layout.ts';
import { inDirectory } from './file-errors.ts';
import { createLockFile, type LockRecord, readLockRecord, replaceLockFile, UNREADABLE } from './lock-record.ts';
import { type LookUpProcess, lookUpProcess } from './process-start.ts';
import type { EmbeddedDoors } from './types.ts';

/** The right to be the only process that works in a data directory. */
export interface DataDirectoryLock {
  readonly dataDir: string;
  /** Gives the directory back; a second call does nothing. */
  release(): Promise<void>;
}

export interface LockDoors extends Pick<EmbeddedDoors, 'clock' | 'randomBytes'> {
  /** For tests; the system's process table when left out. */
  readonly lookUp?: LookUpProcess;
}

const NONCE_BYTES = 12;

/** Another starter holds the right to take over for a few system calls only. */
const CONTENTION_WAIT_MS = 20;
/** With the wait above two seconds, many times what a takeover needs. */
const MAX_ATTEMPTS = 100;

/**
 * Locks a data directory for this process, creating the directory when it is missing.
 *
 * The lock file names its holder by process id and start time, so a lock left by a killed process is taken over even
 * when its id is used again. To take over the lock with nonce N a starter must first hold the lock file
 * `….after-N`, itself of the same kind, and then see N still in place: nonces are never reused, so of two starters
 * one wins however slow the other is, and a starter killed half-way leaves only a stale lock to take over.
 *
 * @throws CounterfoilError `data_directory.locked` while the holder lives (also when it is this process),
 *   `data_directory.unusable` when the directory cannot be written.
 */
export async function lockDataDirectory(dataDir: string, doors: LockDoors): Promise<DataDirectoryLock> {
  const dir = resolve(dataDir);
  return inDirectory(dir, async () => {
    // Root runs the server as another user, who must be able to pass through; nothing readable lies here openly.
    await mkdir(dir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const { lockFile } = dataLayout(dir);
    const { record, holder } = await acquire(lockFile, doors);
    if (holder) throw locked(dir, lockFile, holder);
    await removeDebris(dir, lockFile, doors);
    return { dataDir: dir, release: once(() => release(lockFile, record)) };
  });
}

type Acquired = { readonly record: LockRecord; readonly holder?: undefined };
type Refused = { readonly record?: undefined; readonly holder: LockRecord };

async function acquire(path: string, doors: LockDoors): Promise<Acquired | Refused> {
  let holder: LockRecord | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const record = await ownRecord(doors);
    if (await createLockFile(path, record)) return { record };
    const seen = await readLockRecord(path);
    if (seen === undefined) continue;
    if (seen !== UNREADABLE && (await isAlive(seen, doors))) return { holder: seen };
    const takeover = await takeOver(path, seen, record, doors);
    if (takeover === 'taken') return { record };
    if (takeover === 'overtaken') continue;
    holder = takeover;
    await doors.clock.sleep(CONTENTION_WAIT_MS);
  }
  if (holder) return { holder };
  throw new CounterfoilError('data_directory.unusable', { detail: `The lock file ${path} keeps changing.` });
}

/** Replaces a stale record; answers the live process that is doing the same, if there is one. */
async function takeOver(
  path: string,
  stale: LockRecord | typeof UNREADABLE,
  record: LockRecord,
  doors: LockDoors,
): Promise<'taken' | 'overtaken' | LockRecord> {
  const claimPath = `${path}.after-${nonceOf(stale)}`;
  const claim = await acquire(claimPath, doors);
  if (claim.holder) return claim.holder;
  try {
    const now = await readLockRecord(path);
    if (now === undefined || nonceOf(now) !== nonceOf(stale)) return 'overtaken';
    await replaceLockFile(path, record);
    return 'taken';
  } finally {
    await release(claimPath, claim.record);
  }
}

function nonceOf(record: LockRecord | typeof UNREADABLE): string {
  return record === UNREADABLE ? UNREADABLE : record.nonce;
}

async function ownRecord({ clock, randomBytes, lookUp = lookUpProcess }: LockDoors): Promise<LockRecord> {
  const self = await lookUp(process.pid);
  return {
    pid: process.pid,
    start: self.running ? self.start : undefined,
    nonce: hex(randomBytes(NONCE_BYTES)),
    since: isoInstant(clock.now()),
  };
}

async function isAlive(record: LockRecord, { lookUp = lookUpProcess }: LockDoors): Promise<boolean> {
  const found = await lookUp(record.pid);
  if (!found.running) return false;
  return found.start === undefined || record.start === undefined || found.start === record.start;
}

async function release(path: string, record: LockRecord): Promise<void> {
  const now = await readLockRecord(path);
  if (now !== undefined && nonceOf(now) === record.nonce) await rm(path, { force: true });
}

/** Removes what killed starters left beside the lock. Claims on earlier locks are void from now on. */
async function removeDebris(dir: string, lockFile: string, doors: LockDoors): Promise<void> {
  const names = await readdir(dir);
  for (const name of names.filter((it) => it.startsWith(`${basename(lockFile)}.`))) {
    const record = await readLockRecord(join(dir, name));
    const isDebris = record !== undefined && record !== UNREADABLE && !(await isAlive(record, doors));
    if (isDebris) await rm(join(dir, name), { force: true });
  }
}

function locked(dir: string, lockFile: string, holder: LockRecord): CounterfoilError {
  const who = holder.pid === process.pid ? `this process (${holder.pid})` : `process ${holder.pid}`;
  const detail =
    `The data directory ${dir} is in use by ${who} since ${holder.since}. Stop that process or choose another data ` +
    `directory. If process ${holder.pid} is certainly something else, delete ${lockFile}.`;
  return new CounterfoilError('data_directory.locked', { detail });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
