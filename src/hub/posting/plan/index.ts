export { documentNumber, legId, postingId } from './ids.ts';
export { NO_CONTEXT } from './no-context.ts';
export { feesOf } from './payout.ts';
export { plan } from './plan.ts';
export type {
  InvoiceMatch,
  Leg,
  MatchedInvoice,
  OpenFee,
  Original,
  Party,
  PlanContext,
  PlanInput,
  PlannedPosting,
  PlanOutcome,
  Reason,
  Recipe,
} from './types.ts';
