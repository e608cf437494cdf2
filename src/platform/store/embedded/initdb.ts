import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hex } from '../../../kernel/digest.ts';
import { type DataLayout, UNFINISHED_PREFIX } from './data-layout.ts';
import type { RunAs } from './run-as.ts';
import { type Finished, spawnAs, untilFinished } from './run-command.ts';
import { startFailure } from './start-failure.ts';
import type { EmbeddedDoors, Owner } from './types.ts';
import { startWatchdog } from './watchdog.ts';
import { syncDirectory } from './write-file.ts';

export interface NewCluster {
  readonly layout: DataLayout;
  readonly initdb: string;
  readonly runAs: RunAs;
  readonly user: string;
  readonly password: string;
  readonly randomBytes: EmbeddedDoors['randomBytes'];
}

const NONCE_BYTES = 6;
const LAST_LINES = 8;

/** A new cluster takes 40 MB, our database in it 8 MB more; a failed initdb has removed its files when this is asked. */
const CLUSTER_BYTES = 64 * 1024 * 1024;

/** An initdb that was just killed may still be writing while its directory is removed. */
const REMOVAL_RETRIES = 5;

/** Sorting and upper case by Unicode code point, the same on every system; the C library's own locale is not used. */
const LOCALE =
  process.platform === 'darwin'
    ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] // its C library has no C.UTF-8
    : ['--locale-provider=builtin', '--locale=C.UTF-8'];

/**
 * Makes an empty cluster. It appears under its name in one step, when it is complete and on the disk: a kill leaves
 * only an unfinished one, see {@link removeUnfinished}.
 */
export async function createCluster(request: NewCluster): Promise<void> {
  const { layout, runAs } = request;
  const draft = join(layout.dataDir, `${UNFINISHED_PREFIX}${hex(request.randomBytes(NONCE_BYTES))}`);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${request.password}\n`, { flag: 'wx', mode: 0o600 });
    await giveTo(runAs.fileOwner, draft, passwordFile);
    const finished = await runInitdb(request, draft, passwordFile);
    if (finished.code !== 0) throw await initdbFailed(layout.dataDir, finished);
    await rename(draft, layout.cluster);
    await syncDirectory(layout.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true, maxRetries: REMOVAL_RETRIES });
  }
}

/** Removes what interrupted runs of {@link createCluster} left. The caller holds the lock of the data directory. */
export async function removeUnfinished({ dataDir }: DataLayout): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: REMOVAL_RETRIES });
  }
}

async function runInitdb(request: NewCluster, directory: string, passwordFile: string): Promise<Finished> {
  const args = [`--pgdata=${directory}`, `--username=${request.user}`, `--pwfile=${passwordFile}`];
  const format = ['--auth=scram-sha-256', '--encoding=UTF8', ...LOCALE];
  const child = spawnAs(request.runAs, request.initdb, [...args, ...format], ['ignore', 'pipe', 'pipe']);
  const finished = untilFinished(child);
  if (child.pid === undefined) return finished;
  const watchdog = startWatchdog(child.pid, { ask: 'TERM', insist: 'KILL' });
  try {
    return await finished;
  } finally {
    await watchdog.standDown();
  }
}

function initdbFailed(dataDir: string, { code, signal, output, startError }: Finished): Promise<Error> {
  const how = startError ? startError.message : signal ? `signal ${signal}` : `code ${code}`;
  return startFailure({
    dataDir,
    what: `initdb could not make the database (${how})`,
    needed_bytes: CLUSTER_BYTES,
    tail: output.trimEnd().split('\n').slice(-LAST_LINES).join('\n'),
  });
}

async function giveTo(owner: Owner | undefined, ...paths: readonly string[]): Promise<void> {
  if (owner === undefined) return;
  for (const path of paths) await chown(path, owner.uid, owner.gid);
}
