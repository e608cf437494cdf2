import { isoInstant } from '../../kernel/clock.ts';
import { type Database, sql } from '../store/index.ts';
import type { CallLog, CallRow } from './call-log.ts';

/** The call log in `calls`. */
export function postgresCalls(database: Database): CallLog {
  return {
    append: (tenantId, rows) =>
      database.tenant(tenantId, async (tx) => {
        await sql`
          insert into calls
            (tenant_id, connection_id, operation, path, status, error_code, waited_ms, took_ms, provider_request_id, at)
          select ${tenantId}, connection_id, operation, path, status, error_code, waited_ms, took_ms, request_id, at
          from jsonb_to_recordset(${JSON.stringify(rows.map(columns))}::jsonb) as call (
            connection_id text, operation text, path text, status integer, error_code text,
            waited_ms integer, took_ms integer, request_id text, at timestamptz
          )
          where exists (select from connections where connections.id = call.connection_id)
          order by at`.execute(tx);
      }),
  };
}

function columns(row: CallRow) {
  return {
    connection_id: row.connectionId,
    operation: row.operation,
    path: row.path,
    status: row.status,
    error_code: row.errorCode,
    waited_ms: Math.round(row.waited_ms),
    took_ms: Math.round(row.took_ms),
    request_id: row.requestId,
    at: isoInstant(row.at),
  };
}
