import type { RateLimit } from '../sdk/index.ts';

/** BTCPay limits no call that carries a key; this restraint is ours, for servers at home. */
export const BTCPAY_LIMITS: readonly RateLimit[] = [
  {
    name: 'self_restraint',
    scope: 'connection',
    calls: 5,
    per_ms: 1_000,
    appliesTo: 'all',
    source: 'our choice; btcpayserver 2.4.1 Hosting/Startup.cs sets no zone for the API, read 2026-11-20',
  },
];

/** A whole call; a server behind Tor needs a while. */
export const CALL_TIMEOUT_MS = 60_000;
/** Invoices of the last minutes before the checkpoint are listed again, for clocks that differ. */
export const OVERLAP_S = 600;
/**
 * Payments are watched until `monitoringExpiration`, at most 24 days after an expiry of at most 24 days (store settings
 * of 2.4.1). Older open invoices can only be ones that the list no longer shows, such as archived ones.
 */
export const WATCH_LIMIT_S = 60 * 86_400;
