import type { ConnectorBase } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { AppKeys, Environment, OAuthSettings } from './settings.ts';

/**
 * The keys of the app for an environment. Throws `oauth.not_configured`, with the variables to set: a wrong key would
 * show only after consent, on a page of the provider that says nothing of it.
 */
export function appKeys(
  { apps }: OAuthSettings,
  { provider, displayName }: Pick<ConnectorBase, 'provider' | 'displayName'>,
  environment: Environment,
): AppKeys {
  const { production, sandbox } = apps[provider] ?? {};
  const keys = environment === 'production' ? production : sandbox;
  if (keys === undefined) {
    const other = environment === 'production' ? sandbox : production;
    const hint =
      other === undefined
        ? ''
        : ` Keys are set for ${environment === 'production' ? 'sandbox' : 'production'} only: connect with --environment ${environment === 'production' ? 'sandbox' : 'production'}, or set the others.`;
    throw refused(provider, environment, `No keys of an app at ${displayName} (${environment}) are set.${hint}`);
  }
  if (production !== undefined && production.clientId === sandbox?.clientId) {
    throw refused(
      provider,
      environment,
      `Production and sandbox have the same client id: ${displayName} gives an app two pairs of keys, and neither reaches the companies of the other.`,
    );
  }
  return keys;
}

function refused(provider: string, environment: Environment, detail: string): CounterfoilError {
  const name = `COUNTERFOIL_${provider.toUpperCase()}${environment === 'sandbox' ? '_SANDBOX' : ''}`;
  return new CounterfoilError('oauth.not_configured', {
    field: 'environment',
    detail: `${detail} Variables: ${name}_CLIENT_ID and ${name}_CLIENT_SECRET.`,
  });
}
