import type { registry } from '../../../src/connectors/registry.ts';
import type { HubSettings } from '../../../src/hub/doors.ts';
import type { Backend, OpenedStores } from '../backend.ts';
import type { Sometimes } from '../goals.ts';
import type { Swarm } from '../swarm.ts';
import type { AroundReceive } from './arrivals.ts';
import type { Shared } from './installation.ts';
import { BASE, PUBLIC_URL } from './tenant.ts';

/** What a canary breaks: each wraps one part of the product. */
export interface Sabotage {
  readonly stores?: (stores: OpenedStores, seed: number) => OpenedStores;
  readonly registry?: typeof registry;
  readonly receive?: AroundReceive;
  readonly shared?: (shared: Shared) => Shared;
}

export interface WorldOptions {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly backend: Backend;
  readonly sometimes: Sometimes;
  readonly sabotage?: Sabotage;
  /** How many of the last steps are kept for a person. */
  readonly keepTrace?: number;
}

/** Every provider is a sandbox behind the simulated network. */
export function settingsOf({ poll_ms, compare_ms }: Pick<HubSettings, 'poll_ms' | 'compare_ms'>): HubSettings {
  return {
    poll_ms,
    compare_ms,
    publicUrl: PUBLIC_URL,
    limitSandbox: true,
    privateHosts: [],
    baseUrls: { stripe: `${BASE}/stripe`, btcpay: `${BASE}/btcpay`, quickbooks: `${BASE}/quickbooks` },
  };
}
