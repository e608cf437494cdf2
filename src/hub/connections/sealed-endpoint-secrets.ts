import type { SealedTable } from '../../platform/vault/index.ts';

/** Secrets of webhook endpoints, for the rotation of data keys. */
export const SEALED_ENDPOINT_SECRETS: SealedTable = {
  table: 'endpoint_secrets',
  role: 'app',
  key: ['endpoint_id', 'secret_id'],
  place: ([rowId]) => ({ table: 'endpoint_secrets', rowId: rowId!, field: 'secret' }),
};
