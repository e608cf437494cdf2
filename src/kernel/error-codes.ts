import { ACCESS_CODES } from './access-error-codes.ts';
import { AUTHORISATION_CODES } from './authorisation-error-codes.ts';
import { type CodeEntry, entry, NOTHING_TO_DO } from './error-code-entry.ts';
import { VAULT_ERROR_CODES } from './vault-error-codes.ts';

export type { ErrorKind, Outcome } from './error-code-entry.ts';

/** Every error code, with its kind, default outcome and help. Codes are part of the interface: never renamed. */
export const ERROR_CODES = {
  // Asking a provider
  'provider.timeout': entry('retryable', 'unknown', 'The provider did not answer in time.', NOTHING_TO_DO),
  'provider.unreachable': entry('retryable', 'not_applied', 'The provider could not be reached.', NOTHING_TO_DO),
  'provider.connection_lost': entry(
    'retryable',
    'unknown',
    'The connection broke before the answer was complete.',
    NOTHING_TO_DO,
  ),
  'provider.unavailable': entry('retryable', 'unknown', 'The provider answered with a server error.', NOTHING_TO_DO),
  'provider.unreadable': entry('retryable', 'unknown', "The provider's answer could not be read.", NOTHING_TO_DO),
  'provider.unclassified': entry(
    'retryable',
    'unknown',
    'The provider answered with an error that is not known yet.',
    'Please report it with its provider code, so that it gets a rule of its own.',
  ),
  'provider.breaker_open': entry(
    'retryable',
    'not_applied',
    'Calls to this provider are paused after repeated failures.',
    NOTHING_TO_DO,
  ),
  'provider.throttled': entry('throttled', 'not_applied', 'The provider asked to slow down.', NOTHING_TO_DO),
  'provider.budget_spent': entry(
    'throttled',
    'not_applied',
    'Our own budget for this provider is spent for the moment.',
    NOTHING_TO_DO,
  ),
  'provider.unauthorized': entry(
    'auth',
    'not_applied',
    'The provider refused the credential.',
    'Reconnect the connection; its work waits and is not lost.',
  ),
  'provider.forbidden': entry(
    'auth',
    'not_applied',
    'The credential lacks a permission that is needed.',
    'Grant the permission named in the detail, or reconnect with a credential that has it.',
  ),
  'provider.not_found': entry(
    'permanent',
    'not_applied',
    'The provider does not know this object.',
    'Check that it still exists there; if it was deleted on purpose, leave the item out.',
  ),
  'provider.invalid_request': entry(
    'validation',
    'not_applied',
    'The provider refused the data.',
    'Correct the field named in the detail, then retry.',
  ),
  'provider.conflict': entry('conflict', 'not_applied', 'The object changed at the provider meanwhile.', NOTHING_TO_DO),
  'provider.in_progress': entry(
    'retryable',
    'unknown',
    'The provider is still working on the same request.',
    NOTHING_TO_DO,
  ),
  'provider.unsupported': entry(
    'permanent',
    'not_applied',
    'The provider does not support this operation.',
    'Check the plan and version at the provider.',
  ),
  // Transport
  'transport.host_not_allowed': entry(
    'permanent',
    'not_applied',
    'The host is not on the list of this connector.',
    'Check the base URL of the connection.',
  ),
  'transport.private_address': entry(
    'permanent',
    'not_applied',
    'The address is private and not listed as allowed.',
    'List the host in COUNTERFOIL_PRIVATE_HOSTS if it is yours.',
  ),
  'transport.answer_too_large': entry(
    'permanent',
    'unknown',
    'The answer is larger than the limit.',
    'Please report it with the operation named in the detail.',
  ),
  // Ledger
  'ledger.closed_period': entry(
    'validation',
    'not_applied',
    'The date lies in a closed period of the books.',
    'Re-open the period in the ledger, or choose "first open day" for this connection; then retry.',
  ),
  'ledger.duplicate_number': entry(
    'conflict',
    'not_applied',
    'The document number is already used.',
    "It is looked up by itself; if it is somebody else's document, renumber that one and retry.",
  ),
  'ledger.account_invalid': entry(
    'validation',
    'not_applied',
    'An account, item or customer in the entry is missing or inactive in the ledger.',
    'Make it active or map another one, then retry.',
  ),
  'ledger.company_unavailable': entry(
    'permanent',
    'not_applied',
    "The company's subscription at the ledger has ended.",
    'Renew it, then resume the connection.',
  ),
  'ledger.refused': entry(
    'validation',
    'not_applied',
    'The ledger refused the document.',
    'Read the detail, correct the cause in the ledger or in the mapping, then retry.',
  ),
  'ledger.linked': entry(
    'conflict',
    'not_applied',
    'The document is part of a bank deposit and cannot be changed.',
    'Remove it from the deposit in the ledger, then retry.',
  ),
  'ledger.total_differs': entry(
    'validation',
    'applied',
    'The ledger computed another total than the source.',
    'Check tax settings; the wrong document was voided. Retry after the correction.',
  ),
  'ledger.several_matches': entry(
    'validation',
    'applied',
    'More than one ledger document carries the same marker.',
    'Delete the surplus document in the ledger, then retry.',
  ),
  'ledger.currency': entry(
    'validation',
    'not_applied',
    'The ledger cannot take this currency for this document.',
    'Switch on multi-currency in the ledger or map an account in that currency.',
  ),
  // Posting
  'posting.account_role_missing': entry(
    'validation',
    'not_applied',
    'No ledger account is mapped for a role that the entry needs.',
    'Map the role named in the detail to an account, then retry.',
  ),
  'posting.currency_unsupported': entry(
    'validation',
    'not_applied',
    'The currency has no account in the books.',
    'Map a clearing account for the currency, then retry.',
  ),
  'posting.amount_mismatch': entry(
    'validation',
    'not_applied',
    'The parts do not sum to the whole, so nothing was posted.',
    'Compare the figures in the detail with the source; report it if the source is right.',
  ),
  'posting.tax_unknown': entry(
    'validation',
    'not_applied',
    'The source does not say how much tax is in the amount.',
    'Choose "no tax" for this connection, or add the tax at the source; then retry.',
  ),
  'posting.approval': entry(
    'validation',
    'not_applied',
    'The event waits for a decision of yours.',
    'Accept or leave out the item in Needs attention.',
  ),
  'posting.customer_money': entry(
    'validation',
    'applied',
    'Money came that no sale asks for any more.',
    'It was posted as customer money: send it back, or re-code it when the sale goes on.',
  ),
  'posting.unmatched': entry(
    'validation',
    'not_applied',
    'No ledger invoice belongs to this payment.',
    'Name the invoice, or set unmatched payments to be booked as sales; then retry.',
  ),
  'posting.members_missing': entry(
    'validation',
    'not_applied',
    'The payout waits for its members.',
    'See which of its members are stopped.',
  ),
  'posting.original_missing': entry(
    'validation',
    'not_applied',
    'The payment that this event belongs to is not posted yet.',
    NOTHING_TO_DO,
  ),
  'posting.rate_missing': entry(
    'validation',
    'not_applied',
    'No stored market rate covers the moment of receipt.',
    'Use the invoice rate, or enter the rate; then retry.',
  ),
  'posting.unknown_category': entry(
    'validation',
    'applied',
    'The source reported a kind of money movement that has no recipe.',
    'It was posted to the suspense account: re-code it there.',
  ),
  'posting.not_built': entry(
    'validation',
    'not_applied',
    'There is no recipe for this event yet.',
    'Book it by hand and leave the item out.',
  ),
  'posting.changed_after_posting': entry(
    'conflict',
    'applied',
    'The source changed after the entry was posted.',
    'Review the difference in the detail; correct the ledger or accept it.',
  ),
  'posting.gave_up': entry(
    'permanent',
    'not_applied',
    'It could not be posted for 72 hours.',
    'Read the last error, correct its cause, then retry.',
  ),
  // Webhooks
  'webhook.unknown_endpoint': entry(
    'permanent',
    'not_applied',
    'No such webhook endpoint.',
    'Copy the address again from the connection.',
  ),
  'webhook.bad_signature': entry(
    'permanent',
    'not_applied',
    'The signature does not match the body.',
    'Check the webhook secret on both sides.',
  ),
  'webhook.stale': entry(
    'permanent',
    'not_applied',
    'The signed timestamp is too old.',
    'Check the clocks of both machines.',
  ),
  'webhook.unparsable': entry(
    'validation',
    'not_applied',
    'The delivery is signed but cannot be read.',
    'It is kept as a dead letter: read it, correct the sender, replay.',
  ),
  'webhook.too_large': entry('permanent', 'not_applied', 'The body is larger than 5 MB.', 'Let the sender split it.'),
  // Records
  'record.unreadable': entry(
    'validation',
    'not_applied',
    'A record lacks a field that is needed, or has it in an unknown form.',
    'Please report it with the field in the detail; the record is kept.',
  ),
  // Store, engine, data directory
  'store.unavailable': entry(
    'retryable',
    'not_applied',
    'The database cannot be reached.',
    'Check that it runs and has disk space; nothing was acknowledged.',
  ),
  'store.busy': entry('retryable', 'not_applied', 'More arrives than can be stored at the moment.', NOTHING_TO_DO),
  'store.schema_newer': entry(
    'permanent',
    'not_applied',
    'The database was written by a newer release.',
    'Start that release or a later one; nothing was changed.',
  ),
  'store.migration_failed': entry(
    'permanent',
    'not_applied',
    'A migration failed and was rolled back.',
    'Read the detail; the previous release still runs.',
  ),
  'engine.lease_lost': entry('retryable', 'unknown', 'Another worker took over this connection.', NOTHING_TO_DO),
  'data_directory.locked': entry(
    'conflict',
    'not_applied',
    'Another process works in this data directory.',
    'Stop it, or use another directory.',
  ),
  'data_directory.unusable': entry(
    'permanent',
    'not_applied',
    'The data directory cannot be used.',
    'Check its owner, permissions and free space.',
  ),
  'postgres.version_mismatch': entry(
    'permanent',
    'not_applied',
    'The data was written by another major version of PostgreSQL.',
    'Export with the old release and import with this one; nothing was changed.',
  ),
  'postgres.start_failed': entry(
    'permanent',
    'not_applied',
    'The embedded PostgreSQL did not start.',
    'Read its last lines in the detail.',
  ),
  // Vault
  ...VAULT_ERROR_CODES,
  // Connections, configuration, interface
  'connection.not_active': entry('auth', 'not_applied', 'The connection needs its owner.', 'Reconnect or resume it.'),
  'connection.not_found': entry(
    'permanent',
    'not_applied',
    'There is no such connection.',
    'List the connections to see their names.',
  ),
  'connection.unusable': entry(
    'validation',
    'not_applied',
    'The connection could not be made.',
    'Read the detail and correct the credential or address.',
  ),
  'connection.other_account': entry(
    'validation',
    'not_applied',
    'Another account was chosen at the provider than the one that this connection is for.',
    'Connect again and choose the account named in the detail; to book the other one too, connect it as a new connection.',
  ),
  'connection.state_refused': entry(
    'conflict',
    'not_applied',
    'The connection is not in a state in which that can be done.',
    'Read its state with `counterfoil connections list`; the detail says what is possible.',
  ),
  ...AUTHORISATION_CODES,
  'config.invalid': entry(
    'validation',
    'not_applied',
    'The configuration has errors.',
    'Correct every problem listed.',
  ),
  ...ACCESS_CODES,
  'request.invalid': entry(
    'validation',
    'not_applied',
    'The request is not acceptable.',
    'Correct the field named in the detail.',
  ),
  'request.unauthorized': entry(
    'auth',
    'not_applied',
    'The request carries no valid token.',
    'Sign in, or send an API key or the local token as `Authorization: Bearer`.',
  ),
  'request.not_found': entry('permanent', 'not_applied', 'There is no such thing.', 'Check the address.'),
  'internal.unexpected': entry(
    'permanent',
    'unknown',
    'Something went wrong that was not foreseen.',
    'Please report it with the request id.',
  ),
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
