import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CHILD_ENVIRONMENT } from './child-environment.ts';
import { isMissing } from './file-errors.ts';
import { lookUpProcess } from './process-start.ts';

/** Processes that work on one cluster. */
export interface ClusterProcesses {
  /** The server itself: verified to be a PostgreSQL on this cluster. */
  readonly postmaster: number | undefined;
  /** Its children; without a postmaster they end by themselves within moments. */
  readonly others: readonly number[];
}

/**
 * Finds the PostgreSQL processes of a cluster. The process id in `postmaster.pid` alone proves nothing: after a crash
 * it can belong to anybody. Linux tells by command line and working directory; elsewhere only the postmaster is found.
 */
export async function findClusterProcesses(cluster: string): Promise<ClusterProcesses> {
  const named = await readPostmasterPid(cluster);
  if (process.platform !== 'linux') {
    const isOurs = named !== undefined && (await isServerByPs(named, cluster));
    return { postmaster: isOurs ? named : undefined, others: [] };
  }
  const found = await findInProc(cluster);
  // The file may be lost; a child that was forked this moment still bears its parent's command line.
  const postmaster = (found.find(({ pid }) => pid === named) ?? found.find(({ isServer }) => isServer))?.pid;
  return { postmaster, others: found.map(({ pid }) => pid).filter((pid) => pid !== postmaster) };
}

/** Process id in the first line of `postmaster.pid`, undefined without a (readable) one. */
export async function readPostmasterPid(cluster: string): Promise<number | undefined> {
  try {
    const [line] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(line);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

interface Found {
  readonly pid: number;
  /** Not one of the children, which rename themselves to "postgres: checkpointer" and the like. */
  readonly isServer: boolean;
}

async function findInProc(cluster: string): Promise<Found[]> {
  const path = await realpath(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => judge(pid, path)));
  return found.filter((it) => it !== undefined);
}

async function judge(pid: number, cluster: string): Promise<Found | undefined> {
  try {
    const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const isServer = basename(program) === 'postgres';
    if (!isServer && !program.startsWith('postgres: ')) return undefined;
    const isAtWork = args[args.indexOf('-D') + 1] === cluster || (await readlink(`/proc/${pid}/cwd`)) === cluster;
    return isAtWork && (await lookUpProcess(pid)).running ? { pid, isServer } : undefined;
  } catch {
    // It ended meanwhile, or it is somebody else's and not for us to see.
    return undefined;
  }
}

async function isServerByPs(pid: number, cluster: string): Promise<boolean> {
  const command = await new Promise<string>((resolve) => {
    const options = { env: CHILD_ENVIRONMENT };
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], options, (_error, stdout) => resolve(stdout));
  });
  return command.includes('postgres') && command.includes(cluster);
}
