import type { ErrorCode } from '../../kernel/error-codes.ts';

/** What the refused call was about: some codes mean another thing when a document is being created. */
export type Situation = 'create' | 'change' | 'read';

/** Ours for each documented code (Intuit, "Handling common errors", and the public table of platform codes, 2026-11). */
export const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  // Not authenticated; token invalid or expired.
  '100': 'provider.unauthorized',
  '3200': 'provider.unauthorized',
  // The user lost access, is no admin, or the company is not entitled; application not allowed.
  '120': 'provider.forbidden',
  '3100': 'provider.forbidden',
  '3001': 'provider.throttled',
  // Operation not supported on this entity.
  '500': 'provider.unsupported',
  // Not found, or made inactive.
  '610': 'provider.not_found',
  // Cannot be linked.
  '620': 'ledger.refused',
  // Bad element, required one missing, too long, bad enumeration value, bad e-mail.
  '2010': 'ledger.refused',
  '2020': 'ledger.refused',
  '2050': 'ledger.refused',
  '2170': 'ledger.refused',
  '2210': 'ledger.refused',
  // Invalid reference id.
  '2500': 'ledger.account_invalid',
  // Query that cannot be parsed or uses what cannot be filtered.
  '4000': 'provider.invalid_request',
  '4001': 'provider.invalid_request',
  // Stale object.
  '5010': 'provider.conflict',
  // Feature or permission not available in this company.
  '5020': 'provider.unsupported',
  // Business validation; amount differs from quantity times price.
  '6000': 'ledger.refused',
  '6070': 'ledger.refused',
  '6140': 'ledger.duplicate_number',
  // Subscription ended or trial over.
  '6190': 'ledger.company_unavailable',
  '6210': 'ledger.closed_period',
  // DisplayName taken, by a customer, vendor or employee.
  '6240': 'provider.conflict',
  // Already part of a bank deposit.
  '6540': 'ledger.linked',
  '10000': 'provider.unavailable',
};

/** Where a create differs: what it cannot find is an account, item, customer or document that the entry refers to. */
export const BY_CODE_IN_CREATE: Readonly<Record<string, ErrorCode>> = { '610': 'ledger.account_invalid' };

/** For codes that are not in the table. A validation fault is a definite refusal, whatever its code. */
export function byFaultType(type: string | null, situation: Situation): ErrorCode | null {
  switch (type) {
    case 'validation':
      return situation === 'read' ? 'provider.invalid_request' : 'ledger.refused';
    case 'authentication':
      return 'provider.unauthorized';
    case 'authorization':
      return 'provider.forbidden';
    default:
      return null;
  }
}

/** Faults of the server itself: they say nothing of what was done, whatever code they carry. */
export const SERVER_FAULT_TYPES: readonly string[] = ['system', 'service'];

/** For answers that carry no fault that can be read, such as a page of a proxy. */
export function byStatus(status: number): ErrorCode {
  if (status >= 500) return 'provider.unavailable';
  if (status === 401) return 'provider.unauthorized';
  if (status === 403) return 'provider.forbidden';
  if (status === 404) return 'provider.not_found';
  if (status === 429) return 'provider.throttled';
  return 'provider.unclassified';
}
