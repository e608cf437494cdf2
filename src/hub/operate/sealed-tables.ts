import { SEALED_CREDENTIALS, type SealedTable } from '../../platform/vault/index.ts';
import { SEALED_IDEMPOTENCY_KEYS, SEALED_TOTP_SEEDS } from '../access/index.ts';
import { SEALED_AUTHORISATION_SECRETS, SEALED_ENDPOINT_SECRETS } from '../connections/index.ts';

/** Every table with values that the vault sealed: rotation and shredding reach these and no others. */
export const SEALED_TABLES: readonly SealedTable[] = [
  SEALED_CREDENTIALS,
  SEALED_ENDPOINT_SECRETS,
  SEALED_AUTHORISATION_SECRETS,
  SEALED_IDEMPOTENCY_KEYS,
  SEALED_TOTP_SEEDS,
];
