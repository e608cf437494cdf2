import { KEEP_ENDED_MS, listTenants, openAccess, pgIdempotencyStore } from '../hub/access/index.ts';
import { keepAlive, type OAuthDoors } from '../hub/connections/index.ts';
import type { HubDoors } from '../hub/index.ts';
import { keepWebhooks } from '../hub/operate/index.ts';
import { verify } from '../hub/verify/index.ts';
import type { ScheduledJob } from '../platform/engine/index.ts';
import { at, sql } from '../platform/store/index.ts';
import { type Installation, processName } from './installation.ts';

/** Calls are kept this long for support; they hold no bodies. */
const KEEP_CALLS_MS = 30 * 86_400_000;

/** Work by the clock. */
export function scheduledJobs({ doors, oauth }: Pick<Installation, 'doors' | 'oauth'>): readonly ScheduledJob[] {
  return [
    { name: 'verify-nightly', cron: '17 3 * * *', run: () => verifyNightly(doors) },
    { name: 'purge-calls', cron: '41 4 * * *', run: () => purgeCalls(doors) },
    { name: 'keep-authorisations-alive', cron: '23 * * * *', run: () => keepAuthorisationsAlive(doors, oauth) },
    { name: 'keep-webhooks', cron: '53 * * * *', run: () => keepAllWebhooks(doors) },
    { name: 'sweep-access', cron: '23 * * * *', run: () => sweepAccess(doors) },
  ];
}

/** A promise that does not hold is an incident: it is logged as an error and counted, for an alert. */
async function verifyNightly(doors: HubDoors): Promise<void> {
  const results = await verify(doors, { live: false, signal: new AbortController().signal });
  const broken = results.filter((result) => result.violations.length > 0);
  doors.metrics.gauge(
    'verify_violations',
    broken.reduce((sum, result) => sum + result.violations.length, 0),
  );
  for (const { invariant, what, violations } of broken) {
    doors.log.error('a promise does not hold', {
      invariant,
      what,
      violations: violations.length,
      first: violations[0]?.subject,
    });
  }
}

async function keepAuthorisationsAlive({ database, random }: HubDoors, oauth: OAuthDoors): Promise<void> {
  const owner = processName(random);
  for (const tenant of await listTenants(database)) await keepAlive(oauth, tenant.id, owner);
}

async function keepAllWebhooks(doors: HubDoors): Promise<void> {
  for (const tenant of await listTenants(doors.database)) await keepWebhooks(doors, tenant.id);
}

async function purgeCalls(doors: HubDoors): Promise<void> {
  const before = at(doors.clock.now() - KEEP_CALLS_MS);
  for (const tenant of await listTenants(doors.database)) {
    await doors.database.tenant(tenant.id, (tx) => sql`delete from calls where at < ${before}`.execute(tx));
  }
}

/** Sessions, codes and guesses that are over, and answers that nobody repeats any more. */
async function sweepAccess(doors: HubDoors): Promise<void> {
  await openAccess(doors).stores.sessions.sweep(doors.clock.now() - KEEP_ENDED_MS);
  const idempotency = pgIdempotencyStore(doors);
  for (const tenant of await listTenants(doors.database)) await idempotency.sweep(tenant.id);
}
