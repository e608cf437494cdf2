import { listTenants } from '../access/index.ts';
import { callerOf, listConnections } from '../connections/index.ts';
import type { Doors } from '../doors.ts';
import { STORE_CHECKS, type Violation } from './checks.pg.ts';
import { checkLedger } from './ledger.ts';
import { checkSource } from './source.ts';

export interface CheckResult {
  readonly invariant: string;
  readonly what: string;
  /** Things looked at, where they were counted. */
  readonly looked: number | null;
  readonly violations: readonly Violation[];
}

export interface VerifyOptions {
  /** Also ask the providers: every object at the sources, every document in the ledgers. */
  readonly live: boolean;
  readonly signal: AbortSignal;
}

/** Checks the promises I3 to I7 on the data of all tenants. Reads only. */
export async function verify(doors: Doors, options: VerifyOptions): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const tenant of await listTenants(doors.database)) {
    for (const check of STORE_CHECKS) {
      const violations = await doors.database.tenant(tenant.id, (tx) => check.run(tx));
      results.push({ invariant: check.invariant, what: check.what, looked: null, violations });
    }
    if (!options.live) continue;
    for (const connection of await doors.database.tenant(tenant.id, listConnections)) {
      if (connection.state === 'disconnected') continue;
      const caller = await callerOf(doors, connection);
      if (connection.role === 'source') {
        const { listed, violations } = await checkSource(doors, caller, options.signal);
        results.push({
          invariant: 'I7',
          what: `everything at ${connection.displayName} is stored`,
          looked: listed,
          violations,
        });
      } else {
        const { documents, violations } = await checkLedger(doors, caller, options.signal);
        results.push({
          invariant: 'I3',
          what: `every document in ${connection.displayName} is there once`,
          looked: documents,
          violations,
        });
      }
    }
  }
  return results;
}
