import { CounterfoilError } from '../../../kernel/errors.ts';
import { SOCKET_PORT } from './socket-directory.ts';

/** PostgreSQL parameters by name, as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string>>;

/** What a caller may change. */
const DEFAULTS: ServerSettings = {
  // Measured: 19 MB of memory when idle, at the full webhook rate.
  shared_buffers: '64MB',
  max_connections: '60',
  io_method: 'sync',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
};

/** What the supervisor itself depends on. */
function fixedSettings(socketDirectory: string): ServerSettings {
  return {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_directories: quotedListItem(socketDirectory),
    unix_socket_permissions: '0700',
    // The log comes to us through standard error, where it is read line by line.
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%e ',
    lc_messages: 'C',
    log_timezone: 'UTC',
    // Rows and statements with their values must not reach a log: only the bare message does.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
  };
}

/**
 * Judges the caller's settings, before anything is started.
 *
 * @throws CounterfoilError `config.invalid` for a setting that is not the caller's to change.
 */
export function checkSettings(settings: ServerSettings): void {
  const fixed = fixedSettings('');
  const reserved = Object.keys(settings).filter((name) => name.toLowerCase() in fixed);
  if (reserved.length === 0) return;
  throw new CounterfoilError('config.invalid', {
    detail: `The embedded PostgreSQL needs its own value of ${reserved.join(', ')}.`,
  });
}

export interface ServerArguments {
  readonly cluster: string;
  readonly socketDirectory: string;
  readonly settings: ServerSettings;
}

/** The arguments of `postgres`. They outrank postgresql.conf and ALTER SYSTEM, so an edited file cannot open a port. */
export function serverArguments({ cluster, socketDirectory, settings }: ServerArguments): readonly string[] {
  const all = Object.entries({ ...DEFAULTS, ...settings, ...fixedSettings(socketDirectory) });
  return ['-D', cluster, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The parameter is a comma-separated list; quotes let a path hold commas and spaces. */
function quotedListItem(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
