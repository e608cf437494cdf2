import type { Finding, MessagePart } from './finding.ts';
import type { DescribedProvider } from './providers.ts';

/** One place where an official file is known to be wrong, and one operation where that is let pass. */
export interface Waiver {
  readonly id: string;
  readonly provider: DescribedProvider;
  /** `GET /v1/invoices/{id}`; never a pattern. */
  readonly operation: string;
  readonly direction: 'request' | 'response';
  readonly part: MessagePart;
  /** Matches the whole JSON path of the finding. */
  readonly at: RegExp;
  readonly rule: string;
  readonly field?: string;
  /** What the provider really does, and how that is known. */
  readonly evidence: string;
}

/**
 * Whether a waiver covers a finding at that operation. The caller has already chosen the waivers of the provider, so
 * that only the operation and the exact finding decide here.
 */
export function isWaived(waiver: Waiver, operation: string, direction: Waiver['direction'], finding: Finding): boolean {
  return (
    waiver.operation === operation &&
    waiver.direction === direction &&
    waiver.part === finding.part &&
    waiver.rule === finding.rule &&
    waiver.field === finding.field &&
    waiver.at.test(finding.at)
  );
}

const LINE_OF_ONE = /^\$\.lines\.data\[\d+\]$/;
const LINE_OF_MANY = /^\$\.data\[\d+\]\.lines\.data\[\d+\]$/;
const LINE_ALONE = /^\$\.data\[\d+\]$/;

function absentLineSubscription(operation: string, at: RegExp): Waiver {
  return {
    id: 'stripe-line-without-subscription',
    provider: 'stripe',
    operation,
    direction: 'response',
    part: 'body',
    at,
    rule: 'required',
    field: 'subscription',
    evidence: 'recorded answers leave subscription out of an invoice line that has none; the file requires it',
  };
}

/**
 * Every waiver. The other known errors of the three files need none: what the reduced files corrected (BTCPay's closed
 * halves of an `allOf`, Stripe's form bodies on GET) is gone, BTCPay's flag form of `exclusiveMinimum` is read as
 * OpenAPI 3.0 defines it, undocumented fields are allowed in all answers, and `format=json` is refused on purpose.
 */
export const WAIVERS: readonly Waiver[] = [
  absentLineSubscription('GET /v1/invoices', LINE_OF_MANY),
  absentLineSubscription('GET /v1/invoices/search', LINE_OF_MANY),
  absentLineSubscription('GET /v1/invoices/{id}', LINE_OF_ONE),
  absentLineSubscription('GET /v1/invoices/{id}/lines', LINE_ALONE),
  absentLineSubscription('POST /v1/invoices', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/attach_payment', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/finalize', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/mark_uncollectible', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/pay', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/send', LINE_OF_ONE),
  absentLineSubscription('POST /v1/invoices/{id}/void', LINE_OF_ONE),
  {
    id: 'btcpay-rate-that-is-not-known',
    provider: 'btcpay',
    operation: 'GET /api/v1/stores/{storeId}/rates',
    direction: 'response',
    part: 'body',
    at: /^\$\[\d+\]\.rate$/,
    rule: 'type',
    evidence: "the server's own model of this answer (StoreRateResult) has null beside the errors of a pair",
  },
];
