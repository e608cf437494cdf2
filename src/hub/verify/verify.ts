import { isCounterfoilError } from '../../kernel/errors.ts';
import { listTenants } from '../access/index.ts';
import { type Connection, callerOf, listConnections } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
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
export async function verify(doors: HubDoors, options: VerifyOptions): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const tenant of await listTenants(doors.database)) {
    for (const check of STORE_CHECKS) {
      const violations = await doors.database.tenant(tenant.id, (tx) => check.run(tx));
      results.push({ invariant: check.invariant, what: check.what, looked: null, violations });
    }
    if (!options.live) continue;
    for (const connection of await doors.database.tenant(tenant.id, listConnections)) {
      if (connection.state !== 'disconnected') results.push(await askProvider(doors, connection, options.signal));
    }
  }
  return results;
}

/** A connection that needs its owner cannot be asked: that is said, and is no broken promise. */
async function askProvider(doors: HubDoors, connection: Connection, signal: AbortSignal): Promise<CheckResult> {
  const { displayName, role } = connection;
  try {
    const caller = await callerOf(doors, connection);
    if (role === 'source') {
      const { listed, violations } = await checkSource(doors, caller, signal);
      return { invariant: 'I7', what: `everything at ${displayName} is stored`, looked: listed, violations };
    }
    const { documents, violations } = await checkLedger(doors, caller, signal);
    return { invariant: 'I3', what: `every document in ${displayName} is there once`, looked: documents, violations };
  } catch (error) {
    if (!isCounterfoilError(error) || error.kind !== 'auth') throw error;
    const invariant = role === 'source' ? 'I7' : 'I3';
    return { invariant, what: `${displayName} could not be asked: ${error.message}`, looked: null, violations: [] };
  }
}
