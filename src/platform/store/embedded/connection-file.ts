import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { dataLayout } from './data-layout.ts';
import { isMissing, unusable } from './file-errors.ts';
import type { Owner } from './types.ts';
import { writePrivateFile } from './write-file.ts';

/** How to reach the embedded server; fits `pg`'s options. Holds the password: never log it. */
export interface EmbeddedConnection {
  /** Directory of the Unix socket, absolute. */
  readonly host: string;
  /** Only part of the socket's name; no network port is open. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/**
 * Reads `connection.json` of a data directory, undefined when there is none. The file stays after the server stops
 * (it is the only copy of the password), so finding it does not mean that a server runs.
 *
 * @throws CounterfoilError `data_directory.unusable` when it may not be read or is damaged.
 */
export async function readConnectionFile(dataDir: string): Promise<EmbeddedConnection | undefined> {
  const path = dataLayout(resolve(dataDir)).connectionFile;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(path, error);
  }
  return parseConnection(path, text);
}

/** Writes `connection.json`, readable by its owner only. */
export async function writeConnectionFile(
  dataDir: string,
  connection: EmbeddedConnection,
  owner: Owner | undefined,
): Promise<void> {
  const { host, port, user, password, database } = connection;
  const text = `${JSON.stringify({ host, port, user, password, database }, null, 2)}\n`;
  await writePrivateFile({ path: dataLayout(dataDir).connectionFile, text, owner });
}

function parseConnection(path: string, text: string): EmbeddedConnection {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null) {
    const { host, port, user, password, database } = value as Record<string, unknown>;
    const isComplete = isText(host) && isText(user) && isText(password) && isText(database) && Number.isInteger(port);
    if (isComplete) return { host, port: port as number, user, password, database };
  }
  throw new CounterfoilError('data_directory.unusable', {
    detail: `${path} is damaged. Delete it and start again: a new database password is set, no data is lost.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
