import type { LedgerConnector, SourceConnector } from '../connectors/sdk/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { MakeId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { Log, Metrics } from '../platform/telemetry/index.ts';
import type { Transport } from '../platform/transport/index.ts';
import type { Vault } from '../platform/vault/index.ts';

/** The connectors that this installation knows. */
export interface Registry {
  source(provider: string): SourceConnector;
  ledger(provider: string): LedgerConnector;
  /** Every provider name, with its role. */
  readonly providers: readonly { readonly provider: string; readonly role: 'source' | 'ledger' }[];
}

/**
 * Everything outside of the hub that its verbs use, but the store: each module names the operations that it asks of it.
 * Wired once, in `compose/`, or by a test or a simulation.
 */
export interface Doors {
  readonly vault: Vault;
  readonly transport: Transport;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeId: MakeId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: HubSettings;
}

export interface HubSettings {
  /** Between two polls of a source, ms. */
  readonly poll_ms: number;
  /**
   * Between two comparisons of a ledger with its sources, ms. Each reads back weeks of documents, and reads are metered
   * at some ledgers, so it does not follow every entry.
   */
  readonly compare_ms: number;
  /** Where providers reach our webhooks, without a trailing slash. */
  readonly publicUrl: string;
  /** Base URLs instead of the provider's own, by provider: how a sandbox on loopback is reached. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /**
   * False only with a sandbox on this machine whose own limits are switched off: then its stand-ins are asked as fast as
   * they answer. The limits of real providers are always obeyed.
   */
  readonly limitSandbox: boolean;
  /** Hosts on private networks that self-hosted providers may have. */
  readonly privateHosts: readonly string[];
}
