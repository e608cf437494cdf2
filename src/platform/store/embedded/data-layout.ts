import { join } from 'node:path';

/** Where things are in a data directory. Command-line verbs and backups rely on these names: do not rename them. */
export interface DataLayout {
  readonly dataDir: string;
  readonly cluster: string;
  readonly connectionFile: string;
  readonly lockFile: string;
  /** Used unless its path is too long for a socket. */
  readonly socketDirectory: string;
}

/** Clusters that initdb has not finished, and their password files, start with this; all are removed at the next start. */
export const UNFINISHED_PREFIX = 'postgres.new-';

export function dataLayout(dataDir: string): DataLayout {
  return {
    dataDir,
    cluster: join(dataDir, 'postgres'),
    connectionFile: join(dataDir, 'connection.json'),
    lockFile: join(dataDir, 'counterfoil.lock'),
    socketDirectory: join(dataDir, 'socket'),
  };
}
