/**
 * Database roles. None but the owner can change the schema; none at all can read across tenants except where a policy
 * of `sql/0006_isolation.sql` says so by name.
 */
export const ROLES = {
  /** Sees one tenant: the one set for the transaction. */
  app: 'counterfoil_app',
  /** Writes deliveries and events of all tenants; finds the connection that an event belongs to. */
  inbox: 'counterfoil_inbox',
  /** Sees which connections have work, and the rate budgets. */
  engine: 'counterfoil_engine',
} as const;

export type RoleName = keyof typeof ROLES;
