import type { Clock } from '../../../kernel/clock.ts';

/** What the embedded server asks of the outside; the composition root passes the real ones. */
export interface EmbeddedDoors {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Cryptographically strong: the database password and the nonces of lock files come from it. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: EmbeddedLog;
}

/** The part of a pino logger that is used here. */
export interface EmbeddedLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** User and group id, as the file system and the kernel count them. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}
