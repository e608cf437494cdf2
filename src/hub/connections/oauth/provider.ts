import type { ConnectorBase, OAuthDialect } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Registry } from '../../doors.ts';

/** A connector whose accounts are connected by signing in. */
export interface OAuthProvider {
  readonly connector: ConnectorBase;
  readonly dialect: OAuthDialect;
}

/** Throws `connection.unusable` for a provider that has no sign-in. */
export function oauthProvider(registry: Registry, provider: string): OAuthProvider {
  const connector = connectorNamed(registry, provider);
  if (connector.oauth !== undefined) return { connector, dialect: connector.oauth };
  throw new CounterfoilError('connection.unusable', {
    field: 'provider',
    detail: `${connector.displayName} is connected with a key, not by signing in: \`counterfoil connect ${provider}\`.`,
  });
}

/** Providers at which people sign in. */
export function signInProviders(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ provider }) => (isSignInProvider(registry, provider) ? [provider] : []));
}

export function isSignInProvider(registry: Registry, provider: string): boolean {
  return connectorNamed(registry, provider).oauth !== undefined;
}

function connectorNamed(registry: Registry, provider: string): ConnectorBase {
  const role = registry.providers.find((one) => one.provider === provider)?.role ?? 'source';
  return role === 'ledger' ? registry.ledger(provider) : registry.source(provider);
}
