export { documentNumber, legId } from './ids.ts';
export { NO_CONTEXT } from './no-context.ts';
export { feesOf } from './payout.ts';
export { plan } from './plan.ts';
export type {
  Generations,
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
