import { createSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/src/index.ts';
import type { Connection, Pair } from '../../../src/hub/connections/index.ts';
import type { TenantId } from '../../../src/kernel/ids.ts';
import type { Faults, TenantPlan } from '../swarm.ts';

export const BASE = 'http://127.0.0.1:9';
export const PUBLIC_URL = 'http://127.0.0.1:4171';

/** Signs the notifications of all companies of the app. */
export const VERIFIER = 'verifier-of-the-app';

/** Entities of QuickBooks whose number it refuses a second time, while custom transaction numbers are on. */
export const NUMBERED = new Set(['SalesReceipt', 'RefundReceipt', 'Invoice', 'CreditMemo']);

export type Provider = 'stripe' | 'btcpay' | 'quickbooks';

/** One customer of the installation with the providers that it uses. */
export interface Tenant {
  readonly number: number;
  readonly id: TenantId;
  readonly plan: TenantPlan;
  readonly sandbox: Sandbox;
  /** Filled when its books are open. */
  readonly connections: Map<Provider, Connection>;
  readonly pairs: Pair[];
  /** Documents that a person changed, by posting; and what was done. */
  readonly humanChanges: Map<string, string>;
  /** Until when each of its providers is away. */
  readonly awayUntil: Map<Provider, number>;
}

export interface NewTenant {
  readonly seed: number;
  readonly number: number;
  readonly plan: TenantPlan;
  readonly faults: Faults;
  readonly now: () => number;
  readonly send: SandboxOptions['send'];
}

export function makeTenant({ seed, number, plan, faults, now, send }: NewTenant): Tenant {
  const sandbox = createSandbox({
    seed: seed * 10 + number,
    now,
    // Latency is the network's, so the providers themselves never wait.
    wait: async () => {},
    baseUrl: () => BASE,
    send,
    stripe: {
      accountId: `acct_1Acme000000000${number}`,
      apiKey: `sk_test_sandbox_${number}`,
      payoutDelayDays: 0,
      ...(plan.hasLimits ? {} : { requestsPerSecond: 1_000_000 }),
    },
    btcpay: { apiKey: `btcpay_sandbox_key_${number}`, stores: [{ name: `Acme Store ${number}` }] },
    quickbooks: {
      realmId: `913035000000000${number}`,
      accessToken: `sandbox-token-${number}`,
      timeZone: plan.timeZone,
      customTxnNumbers: plan.enforcesNumbers,
      refreshTokenGraceMs: plan.refreshGrace_ms,
      ...(faults.keyRetention_ms === null ? {} : { requestIdRetentionMs: faults.keyRetention_ms }),
      ...(plan.hasLimits ? {} : { limits: null }),
    },
  });
  return {
    number,
    id: `ten_${String(number).padStart(4, '0')}`,
    plan,
    sandbox,
    connections: new Map(),
    pairs: [],
    humanChanges: new Map(),
    awayUntil: new Map(),
  };
}

/** The faults that a provider has by itself. */
export function misbehave({ sandbox }: Tenant, faults: Faults): void {
  const { throttled, brokenAnswer: broken } = faults;
  const plan = {
    '429': throttled,
    '5xx': broken / 4,
    '5xxAfterCommit': broken / 4,
    html: broken / 8,
    truncated: broken / 4,
    wrongType: broken / 8,
    webhookDuplicate: faults.webhookTwice,
    webhookReorder: faults.webhookReordered,
    webhookDelay: faults.webhookLate,
    webhookDelayMs: 12 * 3_600_000,
    webhookLose: faults.webhookLost,
  };
  for (const provider of Object.values(sandbox.faults)) provider.setPlan(plan);
}
