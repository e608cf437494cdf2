import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { type ClusterProcesses, findClusterProcesses, readPostmasterPid } from './cluster-processes.ts';
import { errno } from './file-errors.ts';
import { lookUpProcess } from './process-start.ts';
import type { EmbeddedDoors } from './types.ts';
import { becameTrue } from './wait.ts';

/** A fast shutdown ends the sessions and writes out at most the shared buffers. */
const FAST_SHUTDOWN_MS = 30_000;
/** An immediate one writes nothing; PostgreSQL itself kills what is left after 5 s. */
const IMMEDIATE_SHUTDOWN_MS = 15_000;
/** Children notice the loss of their postmaster at once, unless they hang in a system call. */
const ORPHANS_END_MS = 5_000;

/**
 * Ends a server that outlived its owner. The caller holds the lock of the data directory, so nobody uses it.
 *
 * @throws CounterfoilError `postgres.start_failed` when the server does not end.
 */
export async function stopStaleServer(cluster: string, doors: Pick<EmbeddedDoors, 'clock' | 'log'>): Promise<void> {
  const { clock, log } = doors;
  const found = await findClusterProcesses(cluster);
  if (found.postmaster !== undefined) {
    log.warn({ pid: found.postmaster }, 'A PostgreSQL of an earlier run is still there: stopping it');
    await stopPostmaster(found.postmaster, cluster, doors);
  }
  if (found.others.length > 0 && !(await becameTrue(() => isFree(cluster), ORPHANS_END_MS, clock))) {
    log.warn({ pids: found.others }, 'Processes of a PostgreSQL that is gone are still there: ending them');
    signal((await findClusterProcesses(cluster)).others, 'SIGKILL');
    await requireFree(cluster, ORPHANS_END_MS, clock);
  }
}

async function stopPostmaster(
  pid: number,
  cluster: string,
  { clock, log }: Pick<EmbeddedDoors, 'clock' | 'log'>,
): Promise<void> {
  signal([pid], 'SIGINT');
  if (await becameTrue(() => isFree(cluster), FAST_SHUTDOWN_MS, clock)) return;
  log.warn({ pid }, 'It does not stop: ending it without a checkpoint');
  signal([pid], 'SIGQUIT');
  await requireFree(cluster, IMMEDIATE_SHUTDOWN_MS, clock);
}

async function requireFree(cluster: string, limit_ms: number, clock: EmbeddedDoors['clock']): Promise<void> {
  if (await becameTrue(() => isFree(cluster), limit_ms, clock)) return;
  const left = allOf(await findClusterProcesses(cluster)).join(', ');
  throw new CounterfoilError('postgres.start_failed', {
    detail: `The PostgreSQL of an earlier run (process ${left}) does not end. End it, then start again.`,
  });
}

async function isFree(cluster: string): Promise<boolean> {
  return allOf(await findClusterProcesses(cluster)).length === 0;
}

function allOf({ postmaster, others }: ClusterProcesses): readonly number[] {
  return postmaster === undefined ? others : [postmaster, ...others];
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (errno(error) !== 'ESRCH') throw notOurs(pid, error);
    }
  }
}

function notOurs(pid: number, cause: unknown): CounterfoilError {
  const detail = `PostgreSQL process ${pid} of an earlier run belongs to another user. End it, then start again.`;
  return new CounterfoilError('postgres.start_failed', { detail, cause });
}

/**
 * Removes a `postmaster.pid` whose process id meanwhile belongs to something else: PostgreSQL would take it for a live
 * server and refuse to start. Call it when no server is left.
 */
export async function clearForeignPidFile(cluster: string): Promise<void> {
  const pid = await readPostmasterPid(cluster);
  // PostgreSQL itself replaces the file of a dead process, after more checks than we could make.
  if (pid !== undefined && (await lookUpProcess(pid)).running)
    await rm(join(cluster, 'postmaster.pid'), { force: true });
}
