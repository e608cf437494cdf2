import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from 'kysely';
import { escapeLiteral } from 'pg';
import type { TenantId } from '../../kernel/ids.ts';

const beginning = new AsyncLocalStorage<TenantId>();

/** Whatever transaction `work` begins on a {@link TenantDialect} is of this tenant. */
export function asTenant<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
  return beginning.run(tenantId, work);
}

/**
 * A transaction begins and gets its tenant in one round trip instead of two. The tenant stands in the text, because a
 * statement with parameters cannot be two.
 */
class TenantDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const tenantId = beginning.getStore() ?? '';
    await connection.executeQuery(
      CompiledQuery.raw(`begin; select set_config('app.tenant_id', ${escapeLiteral(tenantId)}, true)`),
    );
  }
}

/** PostgreSQL whose transactions see one tenant each; outside of {@link asTenant} they see none. */
export class TenantDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new TenantDriver(this.#config);
  }
}
