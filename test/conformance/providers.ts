/** The providers whose official descriptions the judge reads. */
export const JUDGED_PROVIDERS = ['stripe', 'btcpay', 'quickbooks'] as const;

/** One of {@link JUDGED_PROVIDERS}. */
export type JudgedProvider = (typeof JUDGED_PROVIDERS)[number];
