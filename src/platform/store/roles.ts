/**
 * Database roles. None but the owner can change the schema; none at all can read across tenants except where a policy
 * of `sql/0006_isolation.sql` or `sql/0014_people.sql` says so by name.
 */
export const ROLES = {
  /** Sees one tenant: the one set for the transaction. */
  app: 'counterfoil_app',
  /** Writes deliveries and events of all tenants; finds the connection that an event belongs to. */
  inbox: 'counterfoil_inbox',
  /** Sees which connections have work, and the rate budgets. */
  engine: 'counterfoil_engine',
  /** Sees people, sessions and API keys of all tenants, and nothing of their money. */
  access: 'counterfoil_access',
} as const;

export type RoleName = keyof typeof ROLES;
