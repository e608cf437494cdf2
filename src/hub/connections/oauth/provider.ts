import type { ConnectorBase, OAuthDialect } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Registry } from '../../doors.ts';

/** A connector whose accounts are connected by an authorisation. */
export interface OAuthProvider {
  readonly connector: ConnectorBase;
  readonly dialect: OAuthDialect;
}

/** Throws `connection.unusable` for a provider that has no authorisation. */
export function oauthProvider(registry: Registry, provider: string): OAuthProvider {
  const connector = connectorNamed(registry, provider);
  if (connector.oauth !== undefined) return { connector, dialect: connector.oauth };
  throw new CounterfoilError('connection.unusable', {
    field: 'provider',
    detail: `${connector.displayName} is connected with a key, not by an authorisation: \`counterfoil connect ${provider}\`.`,
  });
}

/** Providers at which people sign in. */
export function oauthProviders(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ provider }) =>
    connectorNamed(registry, provider).oauth === undefined ? [] : [provider],
  );
}

function connectorNamed(registry: Registry, provider: string): ConnectorBase {
  const role = registry.providers.find((one) => one.provider === provider)?.role ?? 'source';
  return role === 'ledger' ? registry.ledger(provider) : registry.source(provider);
}
