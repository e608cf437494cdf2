import { CounterfoilError } from '../kernel/errors.ts';
import { btcpay } from './btcpay/index.ts';
import { quickbooks } from './quickbooks/index.ts';
import type { LedgerConnector, SourceConnector } from './sdk/index.ts';
import { stripe } from './stripe/index.ts';

const SOURCES: readonly SourceConnector[] = [stripe, btcpay];
const LEDGERS: readonly LedgerConnector[] = [quickbooks];

/** Every provider that this release knows. A new connector adds one line above. */
export const registry = {
  providers: [...SOURCES, ...LEDGERS].map(({ provider, role }) => ({ provider, role })),
  source: (provider: string): SourceConnector => find(SOURCES, provider),
  ledger: (provider: string): LedgerConnector => find(LEDGERS, provider),
};

function find<C extends { readonly provider: string }>(known: readonly C[], provider: string): C {
  const connector = known.find((one) => one.provider === provider);
  if (connector) return connector;
  throw new CounterfoilError('request.invalid', {
    field: 'provider',
    detail: `There is no connector for ${provider} here. Known: ${known.map((one) => one.provider).join(', ')}.`,
  });
}
