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
 * Reads `postgres://user:password@host:port/database`, with `?sslmode=` and `?host=` (the directory of a Unix socket,
 * in place of the host) as the only parameters. Problems never hold any part of the text.
 */
export function readDatabaseUrl(text: string): Result<OwnerAddress, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    return problems('must be an address such as postgres://user:password@host:5432/database');
  }
  try {
    return checked(partsOf(url));
  } catch {
    return problems('has a % that is not followed by two hexadecimal digits: write it as %25');
  }
}

interface Parts extends Omit<OwnerAddress, 'ssl'> {
  readonly mode: string;
  readonly socketDirectory: string | null;
  readonly otherParameters: readonly string[];
}

function partsOf(url: URL): Parts {
  return {
    host: decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    mode: url.searchParams.get('sslmode') ?? 'disable',
    socketDirectory: url.searchParams.get('host'),
    otherParameters: [...url.searchParams.keys()].filter((name) => name !== 'sslmode' && name !== 'host'),
  };
}

function checked({ mode, socketDirectory, otherParameters, ...address }: Parts): Result<OwnerAddress, string> {
  const host = socketDirectory ?? address.host;
  const rules: readonly (readonly [isKept: boolean, otherwise: string])[] = [
    [host !== '', 'names no host'],
    [address.user !== '', 'names no user'],
    [address.database !== '' && !address.database.includes('/'), 'names no database'],
    [socketDirectory?.startsWith('/') ?? true, 'its parameter host must be the directory of a Unix socket'],
    [[...PLAIN_MODES, ...TLS_MODES].includes(mode), `its sslmode must be disable, ${TLS_MODES.join(', ')}`],
    [otherParameters.length === 0, 'has parameters other than sslmode and host, which are not supported'],
  ];
  const broken = rules.filter(([isKept]) => !isKept).map(([, otherwise]) => otherwise);
  return broken.length > 0 ? problems(broken.join('; ')) : ok({ ...address, host, ssl: TLS_MODES.includes(mode) });
}
