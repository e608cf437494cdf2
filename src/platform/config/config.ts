import type { Secret } from '../../kernel/secret.ts';
import type { KeySource } from '../vault/key-source.ts';

/** A secret and where it was given, for messages. */
export interface GivenSecret {
  readonly secret: Secret;
  /** Name of a variable or path of a file. */
  readonly origin: string;
}

/** The keys of an app that was registered at a provider. */
export interface AppKeysConfig {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** Authorisations at providers. */
export interface OAuthConfig {
  /** By provider. */
  readonly apps: Readonly<
    Record<string, { readonly production?: AppKeysConfig | undefined; readonly sandbox?: AppKeysConfig | undefined }>
  >;
  /** Addresses registered at providers beside our own callback. */
  readonly redirectUris: readonly string[];
  /** Origins to which a browser may be sent back. */
  readonly returnOrigins: readonly string[];
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
  /** Where the key comes from that seals what is stored. */
  readonly keySource: KeySource;
  /** The key that is to take its place; null when none is named. */
  readonly nextKeySource: KeySource | null;
  /** None: `api.token` in `dataDir`. */
  readonly apiToken: Secret | undefined;
  /** As `URL.hostname` gives them. */
  readonly privateHosts: readonly string[];
  /** Addresses and networks whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Addresses of sandboxes by provider, all on this machine, without a slash at the end. */
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly oauth: OAuthConfig;
  readonly poll_ms: number;
  /** Connections worked on at once. */
  readonly concurrency: number;
  readonly drain_ms: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'json' | 'pretty';
  readonly color: boolean;
}
