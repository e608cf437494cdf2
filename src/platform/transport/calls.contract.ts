import { describe, expect, test } from 'vitest';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { CallLog, CallRow } from './call-log.ts';

export interface CallLogHarness {
  readonly log: CallLog;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  /** Rows of the tenant, oldest first. */
  rows(): Promise<readonly CallRow[]>;
}

const AT = Date.UTC(2026, 10, 20, 12);

function answered(connectionId: ConnectionId, changes: Partial<CallRow> = {}): CallRow {
  return {
    connectionId,
    operation: 'GET /v1/charges',
    path: '/v1/charges?limit=***',
    status: 200,
    errorCode: null,
    waited_ms: 12,
    took_ms: 340,
    requestId: 'req_1',
    at: AT,
    ...changes,
  };
}

/** What every call log does. `make` gives an empty one each time. */
export function describeCallLog(name: string, make: () => Promise<CallLogHarness>): void {
  describe(`${name}: call log`, () => {
    test('gives back what was appended, with and without an answer', async () => {
      const { log, tenantId, connectionId, rows } = await make();
      const failed = answered(connectionId, {
        status: null,
        errorCode: 'provider.timeout',
        requestId: null,
        at: AT + 1_001,
      });
      await log.append(tenantId, [answered(connectionId), failed]);
      expect(await rows()).toEqual([answered(connectionId), failed]);
    });

    test('keeps text of any kind as it is', async () => {
      const { log, tenantId, connectionId, rows } = await make();
      const odd = answered(connectionId, { requestId: `a'b"c\\d$1 ${'é'.repeat(10)}` });
      await log.append(tenantId, [odd]);
      expect(await rows()).toEqual([odd]);
    });

    test('accepts an empty batch', async () => {
      const { log, tenantId, rows } = await make();
      await log.append(tenantId, []);
      expect(await rows()).toEqual([]);
    });
  });
}
