import { type Check, fail, ok, warn } from './check.ts';

/** The release is tested with this. */
const TESTED_NODE_MAJOR = 24;
const OLDEST_NODE: readonly [major: number, minor: number] = [22, 19];

export function judgeRuntime(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    return fail(
      'Node.js',
      `${version} is too old`,
      `Use Node.js ${TESTED_NODE_MAJOR}; ${OLDEST_NODE.join('.')} is the oldest that works.`,
    );
  }
  if (major === TESTED_NODE_MAJOR) return ok('Node.js', version);
  return warn(
    'Node.js',
    `${version} works, but is not the tested version`,
    `Use Node.js ${TESTED_NODE_MAJOR} when you can.`,
  );
}

/** Below this the database may stop within hours. */
const FAIL_BELOW_BYTES = 100 * 1024 ** 2;
const WARN_BELOW_BYTES = 1024 ** 3;

export function judgeDisk(freeBytes: number): Check {
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  const remedy = 'Make room: a full disk stops the database, and webhooks are refused until there is some.';
  if (freeBytes < FAIL_BELOW_BYTES) return fail('disk', free, remedy);
  return freeBytes < WARN_BELOW_BYTES ? warn('disk', free, remedy) : ok('disk', free);
}

interface Inspected {
  readonly mode: number;
  readonly isDirectory: boolean;
}

/** Others may pass through (a database that runs as another user must), never read or write. */
const DIRECTORY_OPEN = 0o066;
const FILE_OPEN = 0o077;

export function judgeDirectory(path: string, found: Inspected | null): Check {
  if (found === null)
    return fail(
      'data directory',
      `${path} does not exist`,
      'Run `counterfoil start`, or name the right place with --data-dir.',
    );
  if (!found.isDirectory)
    return fail('data directory', `${path} is no directory`, 'Name another place with --data-dir.');
  if ((found.mode & DIRECTORY_OPEN) === 0) return ok('data directory', path);
  return warn('data directory', `${path} is open to others (${octal(found.mode)})`, `chmod 700 ${path}`);
}

/** A file with a secret; null when the secret is somewhere else, which is fine. */
export function judgeSecretFile(name: string, path: string, found: Inspected | null): Check {
  if (found === null) return ok(name, `${path} is not there`);
  if ((found.mode & FILE_OPEN) === 0) return ok(name, path);
  return fail(name, `${path} holds a secret and others have access to it (${octal(found.mode)})`, `chmod 600 ${path}`);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

export interface ProbedPort {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `free`, `taken`, or the system's error code. */
  readonly found: string;
  /** The server that answers at the API's port is ours. */
  readonly isServerOurs: boolean;
}

export function judgePort({ name, host, port, found, isServerOurs }: ProbedPort): Check {
  const place = `${host}:${port}`;
  if (port === 0) return ok(name, 'chosen when the server starts');
  if (found === 'free') return ok(name, `${place} is free; no server runs there`);
  if (found === 'taken' && isServerOurs) return ok(name, `${place} is served`);
  const variable = name === 'edge port' ? 'COUNTERFOIL_EDGE_PORT' : 'COUNTERFOIL_PORT';
  if (found === 'taken') return fail(name, `${place} is taken by another program`, `Stop it, or set ${variable}.`);
  return fail(name, `${place} cannot be listened on (${found})`, `Set ${variable} or COUNTERFOIL_HOST.`);
}

export function judgePublicUrl(publicUrl: string, poll_ms: number): Check {
  const { hostname } = new URL(publicUrl);
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return ok('public address', publicUrl);
  return warn(
    'public address',
    `${publicUrl} is this machine only: providers elsewhere cannot send webhooks, so sources are polled every ${poll_ms / 1_000} s`,
    'Set COUNTERFOIL_PUBLIC_URL to an address that reaches the edge port, if you want payments to show at once.',
  );
}
