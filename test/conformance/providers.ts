/** The providers that the product speaks to, whose official descriptions the judge reads. */
export const JUDGED_PROVIDERS = ['stripe', 'btcpay', 'quickbooks'] as const;

/** One of {@link JUDGED_PROVIDERS}. */
export type JudgedProvider = (typeof JUDGED_PROVIDERS)[number];

/** All providers of the sandbox; the product does not speak to every one of them. */
export const DESCRIBED_PROVIDERS = [...JUDGED_PROVIDERS, 'square'] as const;

/** One of {@link DESCRIBED_PROVIDERS}. */
export type DescribedProvider = (typeof DESCRIBED_PROVIDERS)[number];
