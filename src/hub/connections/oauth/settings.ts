import type { Secret } from '../../../kernel/secret.ts';
import type { Connection } from '../connection.ts';

export type Environment = Connection['environment'];

/** The keys of an app that was registered at a provider. */
export interface AppKeys {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** What the owner of the installation has set up for authorisations. */
export interface OAuthSettings {
  /** By provider and environment. */
  readonly apps: Readonly<Record<string, { readonly [E in Environment]?: AppKeys | undefined }>>;
  /** Addresses registered at the provider beside our own callback, for answers that are pasted back. */
  readonly redirectUris: readonly string[];
  /** Origins to which a browser may be sent when it is done. */
  readonly returnOrigins: readonly string[];
}
