/**
 * The whole environment of every child process here. Ours is not passed on: it holds secrets, and variables such as
 * PGDATA or TZ would change what PostgreSQL does. English messages and UTC make its log readable for everybody.
 */
export const CHILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};
