/** A check that takes longer has failed: whoever asks is waiting. */
export const CHECK_TIMEOUT_MS = 5_000;
/** A round trip to a database on the same machine takes about 1 ms; above this everything feels slow. */
export const SLOW_DATABASE_MS = 1_000;
/** From event to entry 95 of 100 take at most this; older work means that something lags. */
export const LAG_DEGRADED_MS = 60_000;
/** From event to entry 99 of 100 take at most this; older work means that nobody does it. */
export const LAG_DOWN_MS = 5 * 60_000;
/** Below this a backfill may fill the disk before somebody looks. */
export const DISK_DEGRADED_BYTES = 1024 ** 3;
/** Below this the database may stop at any moment. */
export const DISK_DOWN_BYTES = 100 * 1024 ** 2;
/** Share of the memory limit that should stay free, in percent. */
export const MEMORY_FREE_PERCENT = 5;
/** Breakers shown: more than any installation has hosts in trouble. */
export const MAX_BREAKERS = 100;
/** A schema that was current stays so while this process runs, unless the database is replaced; a look opens a connection. */
export const MIGRATIONS_REMEMBERED_MS = 60_000;
