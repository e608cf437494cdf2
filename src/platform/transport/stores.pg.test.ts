import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/postgres.ts';
import type { ErrorCode } from '../../kernel/error-codes.ts';
import type { ConnectionId } from '../../kernel/ids.ts';
import { type Database, rows, sql } from '../store/index.ts';
import { describeBreakerStore } from './breakers.contract.ts';
import { postgresBreakers } from './breakers.pg.ts';
import { describeBudgetStore } from './budgets.contract.ts';
import { postgresBudgets } from './budgets.pg.ts';
import type { CallRow } from './call-log.ts';
import { describeCallLog } from './calls.contract.ts';
import { postgresCalls } from './calls.pg.ts';

let support: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  support = await testDatabase();
});
afterAll(async () => {
  await support.close();
});

function shift(database: Database, table: 'rate_budgets' | 'breakers', column: string, ms: number): Promise<unknown> {
  return database.engine((tx) =>
    sql`update ${sql.id(table)} set ${sql.id(column)} = ${sql.id(column)} - ${ms} * interval '1 millisecond'`.execute(
      tx,
    ),
  );
}

describeBudgetStore('in PostgreSQL', async () => ({
  store: postgresBudgets(support.database),
  elapse: async (ms) => void (await shift(support.database, 'rate_budgets', 'refilled_at', ms)),
}));

describeBreakerStore('in PostgreSQL', async () => ({
  store: postgresBreakers(support.database),
  elapse: async (ms) => void (await shift(support.database, 'breakers', 'open_until', ms)),
}));

interface StoredCall {
  readonly connection_id: ConnectionId;
  readonly operation: string;
  readonly path: string;
  readonly status: number | null;
  readonly error_code: ErrorCode | null;
  readonly waited_ms: number;
  readonly took_ms: number;
  readonly provider_request_id: string | null;
  readonly at: number;
}

async function storedCalls(): Promise<readonly CallRow[]> {
  const stored = await support.database.tenant(support.tenantId, (tx) =>
    rows(tx, sql<StoredCall>`select * from calls order by id`),
  );
  return stored.map((call) => ({
    connectionId: call.connection_id,
    operation: call.operation,
    path: call.path,
    status: call.status,
    errorCode: call.error_code,
    waited_ms: call.waited_ms,
    took_ms: call.took_ms,
    requestId: call.provider_request_id,
    at: call.at,
  }));
}

async function emptyLog() {
  await support.database.tenant(support.tenantId, (tx) => sql`delete from calls`.execute(tx));
  const { database, tenantId, connectionId } = support;
  return { log: postgresCalls(database), tenantId, connectionId, rows: storedCalls };
}

describeCallLog('in PostgreSQL', emptyLog);

describe('in PostgreSQL: call log', () => {
  test('leaves out rows of a connection that is gone and keeps the others', async () => {
    const { log, tenantId, connectionId } = await emptyLog();
    const row: CallRow = {
      connectionId,
      operation: 'GET /v1/charges',
      path: '/v1/charges',
      status: 200,
      errorCode: null,
      waited_ms: 0,
      took_ms: 0.4,
      requestId: null,
      at: 0,
    };
    await log.append(tenantId, [{ ...row, connectionId: 'con_gone' }, row]);
    expect(await storedCalls()).toEqual([{ ...row, took_ms: 0 }]);
  });
});
