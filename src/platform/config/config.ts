import type { Secret } from '../../kernel/secret.ts';

/** A secret and where it was given, for messages. */
export interface GivenSecret {
  readonly secret: Secret;
  /** Name of a variable or path of a file. */
  readonly origin: string;
}

/** How this process was set up. Read once, at the start. */
export interface Config {
  /** None: an embedded database in `dataDir`. See `ownerAddress`. */
  readonly databaseUrl: Secret | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly role: 'all' | 'api' | 'worker';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** 0: any free port. */
  readonly edgePort: number;
  /** Where the edge is reached from outside, without a slash at the end. */
  readonly publicUrl: string;
  /** None: `master.key` in `dataDir`. */
  readonly masterKey: GivenSecret | undefined;
  /** None: `api.token` in `dataDir`. */
  readonly apiToken: Secret | undefined;
  /** As `URL.hostname` gives them. */
  readonly privateHosts: readonly string[];
  /** Addresses and networks whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Addresses of sandboxes by provider, all on this machine, without a slash at the end. */
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly poll_ms: number;
  /** Connections worked on at once. */
  readonly concurrency: number;
  readonly drain_ms: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'json' | 'pretty';
  readonly color: boolean;
}
