import { assert } from '../../kernel/assert.ts';
import { ok, problems, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { OwnerAddress } from '../store/migrate.ts';

const DEFAULT_PORT = 5432;
const PLAIN_MODES = ['disable'];
/** All of them verify the server's certificate here: encryption to whoever answers protects from nobody. */
const TLS_MODES = ['require', 'verify-ca', 'verify-full'];

/** Where `DATABASE_URL` points. The configuration has checked it already. */
export function ownerAddress(databaseUrl: Secret): OwnerAddress {
  const read = readDatabaseUrl(databaseUrl.reveal());
  assert(read.ok, 'DATABASE_URL was checked when the configuration was read');
  return read.value;
}

/**
 * Reads `postgres://user:password@host:port/database`, with `?sslmode=` and `?host=` (directory of a Unix socket)
 * as the only parameters. Problems never hold any part of the text.
 */
export function readDatabaseUrl(text: string): Result<OwnerAddress, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    return problems('must be an address such as postgres://user:password@host:5432/database');
  }
  try {
    return addressOf(url);
  } catch {
    return problems('has a % that is not followed by two hexadecimal digits: write it as %25');
  }
}

function addressOf(url: URL): Result<OwnerAddress, string> {
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const wrong = [
    ...(host === '' ? ['names no host'] : []),
    ...(user === '' ? ['names no user'] : []),
    ...(database === '' || database.includes('/') ? ['names no database'] : []),
    ...([...PLAIN_MODES, ...TLS_MODES].includes(mode)
      ? []
      : [`its sslmode must be ${TLS_MODES.join(', ')} or disable`]),
    ...([...url.searchParams.keys()].every((key) => key === 'sslmode' || key === 'host')
      ? []
      : ['has parameters other than sslmode and host, which are not supported']),
  ];
  if (wrong.length > 0) return problems(wrong.join('; '));
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const password = decodeURIComponent(url.password);
  return ok({ host: decodeURIComponent(host), port, user, password, database, ssl: TLS_MODES.includes(mode) });
}
