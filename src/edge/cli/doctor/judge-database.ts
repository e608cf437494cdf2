import type { Checkup } from '../../../hub/operate/index.ts';
import type { Migration } from '../doors.ts';
import { counted } from '../table.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The release is tested with this. */
const TESTED_POSTGRES_MAJOR = 18;
/** A deadline of a webhook signature is five minutes: from there on a skew does harm. */
const FAIL_SKEW_MS = 60_000;
const WARN_SKEW_MS = 2_000;
/** A statement is a trip to the database; planning makes thousands. */
const SLOW_MS = 50;

export function judgeDatabase({
  versionNumber,
  latency_ms,
  clockSkew_ms,
  roles,
  openTables,
}: Checkup['database']): readonly Check[] {
  return [
    judgeVersion(versionNumber),
    judgeLatency(latency_ms),
    judgeSkew(clockSkew_ms, latency_ms),
    judgeIsolation(roles, openTables),
  ];
}

function judgeVersion(versionNumber: number): Check {
  const version = `PostgreSQL ${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
  if (Math.floor(versionNumber / 10_000) === TESTED_POSTGRES_MAJOR) return ok('database', version);
  return warn(
    'database',
    `${version} is not the tested version`,
    `PostgreSQL ${TESTED_POSTGRES_MAJOR} is tested with this release.`,
  );
}

function judgeLatency(latency_ms: number): Check {
  const detail = `a statement takes ${latency_ms} ms`;
  if (latency_ms < SLOW_MS) return ok('database speed', detail);
  return warn('database speed', detail, 'Bring the database nearer: everything that is posted takes many statements.');
}

function judgeSkew(clockSkew_ms: number, latency_ms: number): Check {
  // What the way to the database takes cannot be told from a skew.
  const certain = Math.max(0, Math.abs(clockSkew_ms) - latency_ms);
  const detail = `the database's clock is ${Math.abs(clockSkew_ms)} ms ${clockSkew_ms < 0 ? 'behind' : 'ahead'}`;
  const remedy =
    'Let both machines take their time from the network (NTP): leases and webhook signatures depend on it.';
  if (certain >= FAIL_SKEW_MS) return fail('clock', detail, remedy);
  return certain >= WARN_SKEW_MS ? warn('clock', detail, remedy) : ok('clock', detail);
}

function judgeIsolation(roles: Checkup['database']['roles'], openTables: readonly string[]): Check {
  const mighty = roles.filter(({ bypasses }) => bypasses).map(({ role }) => role);
  if (mighty.length > 0) {
    return fail(
      'isolation',
      `${mighty.join(', ')} could read across tenants`,
      'Use the roles that `counterfoil migrate up` makes: no superuser, no bypassrls.',
    );
  }
  if (openTables.length > 0) {
    return fail(
      'isolation',
      `no policy guards ${openTables.join(', ')}`,
      'Run `counterfoil migrate up`; restore the policies if somebody removed them.',
    );
  }
  return ok('isolation', `${roles.map(({ role }) => role).join(', ')} cannot read across tenants`);
}

export function judgeMigrations(migrations: readonly Migration[]): Check {
  const pending = migrations.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
  if (pending.length === 0) return ok('migrations', `${counted(migrations.length, 'migration')}, all applied`);
  return fail('migrations', `not applied: ${pending.join(', ')}`, 'Run `counterfoil migrate up`.');
}
