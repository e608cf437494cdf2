import type { BtcpayOptions } from '../btcpay/settings.ts';
import type { FaultPlan } from '../core/fault-plan.ts';
import type { QuickBooksOptions } from '../quickbooks/index.ts';
import type { SquareOptions } from '../square/settings.ts';
import type { StripeOptions } from '../stripe/settings.ts';
import type { SendWebhook } from '../webhooks/sender.ts';
import type { XeroOptions } from '../xero/index.ts';

export interface SandboxOptions {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits on the same clock; for latency. */
  readonly wait: (ms: number) => Promise<void>;
  readonly send: SendWebhook;
  /** Where clients reach the sandbox, without a trailing slash. */
  readonly baseUrl: () => string;
  readonly stripe?: StripeOptions;
  readonly btcpay?: BtcpayOptions;
  readonly quickbooks?: QuickBooksOptions;
  readonly xero?: XeroOptions;
  readonly square?: SquareOptions;
  /** In force for all providers from the start. */
  readonly faults?: FaultPlan;
  /** Folder of the kept state; nothing is kept without one. */
  readonly stateDir?: string;
  /** Nothing that was answered is lost when the process dies. Needs `stateDir`. */
  readonly durable?: boolean;
}

export type ProviderName = 'stripe' | 'btcpay' | 'quickbooks' | 'square' | 'xero';
export const PROVIDER_NAMES: readonly ProviderName[] = ['stripe', 'btcpay', 'quickbooks', 'square', 'xero'];
