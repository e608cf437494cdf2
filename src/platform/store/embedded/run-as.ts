import type { SpawnOptions } from 'node:child_process';
import type { Owner } from './types.ts';

/**
 * How the server gets a user that PostgreSQL accepts (it refuses root) and that still reaches its files.
 *
 * - `self`: we are not root, nothing to do.
 * - `setuid`: another user id, no other right.
 * - `traverse`, `override`: another user id with the one capability to pass through (or, where containers do not
 *   grant that, to write in) directories closed to it.
 * - `namespace`: our own user id, shown as another one inside a user namespace.
 */
export type RunMethod = 'self' | 'setuid' | 'traverse' | 'override' | 'namespace';

export interface RunAs {
  readonly method: RunMethod;
  /** Who the server believes to be; undefined for `self`. */
  readonly user: Owner | undefined;
  /** Who must own cluster and socket directory on the disk; undefined for `self`. */
  readonly fileOwner: Owner | undefined;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'uid' | 'gid'>;
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** In order of preference: the fewest rights first. */
export const ROOT_METHODS: readonly Exclude<RunMethod, 'self'>[] = ['setuid', 'traverse', 'override', 'namespace'];

export const RUN_AS_SELF: RunAs = { method: 'self', user: undefined, fileOwner: undefined };

export function runAsUser(method: Exclude<RunMethod, 'self'>, user: Owner): RunAs {
  return { method, user, fileOwner: method === 'namespace' ? ROOT : user };
}

/** The command that runs `file` this way. Every wrapper ends in exec, so the process id stays that of the spawned child. */
export function commandAs({ method, user }: RunAs, file: string, args: readonly string[]): Command {
  if (user === undefined) return { file, args, options: {} };
  switch (method) {
    case 'traverse':
      return withCapability('dac_read_search', user, [file, ...args]);
    case 'override':
      return withCapability('dac_override', user, [file, ...args]);
    case 'namespace':
      return {
        file: 'unshare',
        args: ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--', file, ...args],
        options: {},
      };
    default:
      return { file, args, options: { uid: user.uid, gid: user.gid } };
  }
}

/**
 * PostgreSQL tests its own files with access(2), which ignores capabilities of ordinary users unless the securebit
 * no_setuid_fixup is set (credentials(7), capabilities(7)); exec clears all but the ambient capability again.
 */
function withCapability(capability: string, { uid, gid }: Owner, command: readonly string[]): Command {
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'];
  const rights = ['--securebits=+no_setuid_fixup', `--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
  return { file: 'setpriv', args: [...user, ...rights, '--', ...command], options: {} };
}
