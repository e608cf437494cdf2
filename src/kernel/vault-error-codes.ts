import { type CodeEntry, entry } from './error-code-entry.ts';

/** Error codes of keys and of what they seal; a part of `ERROR_CODES`. */
export const VAULT_ERROR_CODES = {
  'vault.key_missing': entry(
    'permanent',
    'not_applied',
    'The key that opens the stored credentials is missing.',
    'Put the key named in the detail back; no new key is made over existing data.',
  ),
  'vault.key_wrong': entry(
    'permanent',
    'not_applied',
    'The key given does not open the stored credentials.',
    'Provide the key named in the detail.',
  ),
  'vault.unreadable': entry(
    'permanent',
    'not_applied',
    'A stored credential cannot be opened.',
    'Reconnect the connection.',
  ),
  'vault.tampered': entry(
    'permanent',
    'not_applied',
    'A stored credential was changed after it was sealed.',
    'Find out who wrote to the database; then restore the row from a backup, or reconnect the connection.',
  ),
  'vault.misplaced': entry(
    'permanent',
    'not_applied',
    'A stored credential belongs to another tenant, connection or field.',
    'Find out who wrote to the database; then restore the row from a backup, or reconnect the connection.',
  ),
  'vault.data_key_gone': entry(
    'permanent',
    'not_applied',
    'The data key of a stored credential is gone.',
    'Restore it from a backup, or reconnect the connection.',
  ),
  'vault.shredded': entry(
    'auth',
    'not_applied',
    'The data key of this tenant was destroyed on purpose.',
    'Its stored credentials cannot be read ever again: reconnect the connection if the tenant is to go on.',
  ),
  'vault.key_unavailable': entry(
    'retryable',
    'not_applied',
    'The key service does not answer.',
    'Check that it runs and can be reached from here. It is tried again by itself, and nothing was changed.',
  ),
  'vault.key_refused': entry(
    'retryable',
    'not_applied',
    'The key service refuses to use the key.',
    'Check the key, its permissions and our credential there, as the detail says. It is tried again by itself.',
  ),
  'vault.rotation_open': entry(
    'conflict',
    'not_applied',
    'The rotation of the key is not finished.',
    'Run `counterfoil keys rotate` again; it goes on where it stopped.',
  ),
} as const satisfies Record<string, CodeEntry>;
