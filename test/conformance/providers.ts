/** The providers that the product talks to and whose official descriptions the judge reads. */
export const JUDGED_PROVIDERS = ['stripe', 'btcpay', 'quickbooks'] as const;

/** One of {@link JUDGED_PROVIDERS}. */
export type JudgedProvider = (typeof JUDGED_PROVIDERS)[number];

/** Those, and the ones that only the sandbox has so far. */
export const DESCRIBED_PROVIDERS = [...JUDGED_PROVIDERS, 'square', 'xero'] as const;

/** One of {@link DESCRIBED_PROVIDERS}. */
export type DescribedProvider = (typeof DESCRIBED_PROVIDERS)[number];
