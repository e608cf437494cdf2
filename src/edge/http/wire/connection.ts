import { z } from 'zod';
import type { ListedConnection, ListedSync } from '../../../hub/health/index.ts';
import { instant, instantOf, instantOrNull, reasonOf, reasonSchema } from './common.ts';
import { named } from './components.ts';

const syncSchema = named(
  'SyncRun',
  'One reading of a source.',
  z.object({
    id: z.string(),
    state: z.string(),
    records: z.number().int(),
    changed: z.number().int(),
    error: reasonSchema.nullable(),
    startedAt: instant,
    finishedAt: instant.nullable(),
  }),
);

export const connectionSchema = named(
  'Connection',
  'An authorised link to one account at one provider. `lastReadAt` is when a source was last read to its end, or a ledger last told its terms.',
  z.object({
    id: z.string(),
    provider: z.string(),
    role: z.enum(['source', 'ledger']),
    accountId: z.string(),
    displayName: z.string(),
    environment: z.enum(['production', 'sandbox']),
    state: z.enum(['pending', 'active', 'degraded', 'needs_reconnect', 'paused', 'disconnected']),
    stateReason: z.string().nullable(),
    since: instant,
    createdAt: instant,
    lastReadAt: instant.nullable(),
    lastSync: syncSchema.nullable(),
    nextTurnAt: instant.nullable(),
    failures: z.number().int(),
  }),
);

export function connectionToWire(connection: ListedConnection): z.input<typeof connectionSchema> {
  const { lastSync } = connection;
  return {
    ...connection,
    since: instantOf(connection.since),
    createdAt: instantOf(connection.createdAt),
    lastReadAt: instantOrNull(connection.lastReadAt),
    lastSync: lastSync && syncToWire(lastSync),
    nextTurnAt: instantOrNull(connection.nextTurnAt),
  };
}

function syncToWire({ errorCode, errorDetail, ...run }: ListedSync): z.input<typeof syncSchema> {
  return {
    ...run,
    error: reasonOf(errorCode, errorDetail),
    startedAt: instantOf(run.startedAt),
    finishedAt: instantOrNull(run.finishedAt),
  };
}
