import type { KeyPairing, SourceConnector } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Registry } from '../../doors.ts';

/** A connector whose keys are granted on a page of the provider's own server. */
export interface PairingProvider {
  readonly connector: SourceConnector;
  readonly pairing: KeyPairing;
}

/** Null for a provider that has no such page. */
export function pairingProvider(registry: Registry, provider: string): PairingProvider | null {
  if (!registry.providers.some((one) => one.provider === provider && one.role === 'source')) return null;
  const connector = registry.source(provider);
  return connector.pairing === undefined ? null : { connector, pairing: connector.pairing };
}

/** Throws `connection.unusable` for a provider that has no such page. */
export function requirePairing(registry: Registry, provider: string): PairingProvider {
  const found = pairingProvider(registry, provider);
  if (found !== null) return found;
  throw new CounterfoilError('connection.unusable', {
    field: 'provider',
    detail: `${provider} has no page on which a key is granted.`,
  });
}

/** Providers whose servers post keys to us. */
export function pairingProviders(registry: Registry): readonly string[] {
  return registry.providers.flatMap(({ provider }) => (pairingProvider(registry, provider) === null ? [] : [provider]));
}
