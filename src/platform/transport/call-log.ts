import type { ErrorCode } from '../../kernel/error-codes.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';

/** One call that went out: no body, no header, no value of a query parameter. */
export interface CallRow {
  readonly connectionId: ConnectionId;
  /** Method and path template. */
  readonly operation: string;
  /** As `redactedPath` gives it. */
  readonly path: string;
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly errorCode: ErrorCode | null;
  readonly waited_ms: number;
  readonly took_ms: number;
  readonly requestId: string | null;
  /** Instant at which the call began. */
  readonly at: number;
}

/** Where calls are recorded. */
export interface CallLog {
  /** Appends rows of one tenant, all or none. Rows of a connection that is gone are left out. */
  append(tenantId: TenantId, rows: readonly CallRow[]): Promise<void>;
}
