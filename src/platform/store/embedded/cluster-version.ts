import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { isMissing } from './file-errors.ts';

/**
 * Whether the cluster exists, having made sure that the shipped PostgreSQL may open it. Changes nothing.
 *
 * @throws CounterfoilError `postgres.version_mismatch` when another major version wrote it,
 *   `data_directory.unusable` when the directory holds something else.
 */
export async function clusterExists(cluster: string, shippedMajor: number): Promise<boolean> {
  const entries = await entriesOf(cluster);
  if (entries.length === 0) return false;
  const written = entries.includes('PG_VERSION') ? (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim() : '';
  if (!/^\d+(\.\d+)?$/.test(written)) throw notACluster(cluster);
  if (written !== String(shippedMajor)) throw mismatch({ cluster, written, shippedMajor });
  return true;
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function notACluster(cluster: string): CounterfoilError {
  return new CounterfoilError('data_directory.unusable', {
    detail:
      `${cluster} holds files but no PostgreSQL database (no readable PG_VERSION). Nothing was changed. Put the ` +
      'database back, or move the directory away to start with an empty one.',
  });
}

interface Mismatch {
  readonly cluster: string;
  readonly written: string;
  readonly shippedMajor: number;
}

function mismatch({ cluster, written, shippedMajor }: Mismatch): CounterfoilError {
  return new CounterfoilError('postgres.version_mismatch', {
    detail:
      `${cluster} was written by PostgreSQL ${written}; this release ships PostgreSQL ${shippedMajor}, which cannot ` +
      'open it. Nothing was changed. To upgrade: export the data with the release that wrote it, then start this ' +
      'release on a new data directory and import.',
  });
}
