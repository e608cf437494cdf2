import type { PlanContext } from './types.ts';

/** For facts whose recipe looks at nothing beside them. */
export const NO_CONTEXT: PlanContext = {
  original: null,
  items: null,
  memberPostings: [],
  membersWithoutPosting: [],
  openFees: [],
  invoice: null,
  ledgerInvoice: 'not_found',
  marketRate: null,
  generations: {},
};
