import type { BtcpayContext } from '../context.ts';
import { missingPermission, unauthenticated } from './errors.ts';

/** A policy includes the ones named for it, and what those include. */
const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  'btcpay.store.canmodifystoresettings': [
    'btcpay.store.canviewstoresettings',
    'btcpay.store.canmodifyinvoices',
    'btcpay.store.webhooks.canmodifywebhooks',
    'btcpay.store.canmanagepayouts',
    'btcpay.store.canmanagepullpayments',
  ],
  'btcpay.store.canviewstoresettings': ['btcpay.store.canviewinvoices', 'btcpay.store.canviewpayouts'],
  'btcpay.store.canmodifyinvoices': ['btcpay.store.canviewinvoices', 'btcpay.store.cancreateinvoice'],
  'btcpay.store.canmanagepayouts': ['btcpay.store.canviewpayouts'],
};

function grants(held: string, wanted: string): boolean {
  return held === wanted || (INCLUDES[held] ?? []).some((included) => grants(included, wanted));
}

/** The key in use: `token <key>` or `bearer <key>`, whatever the capitals. */
export function readKey(context: BtcpayContext, headers: Headers): string {
  const [scheme = '', key = ''] = (headers.get('authorization') ?? '').split(' ', 2);
  if (!/^(token|bearer)$/i.test(scheme))
    throw unauthenticated('Authentication is required for accessing this endpoint');
  if (key !== context.settings.apiKey || context.state.revokedKeys.has(key)) {
    throw unauthenticated('ApiKey authentication failed: Unknown API Key');
  }
  return key;
}

/** Throws unless the key holds the policy; a store that the key cannot see looks like a missing permission. */
export function checkPermission(context: BtcpayContext, permission: string | null, storeId: string | null): void {
  if (permission === null) return;
  const held = context.settings.permissions.some((policy) => grants(policy, permission));
  if (!held || (storeId !== null && !context.store(storeId))) throw missingPermission(permission);
}
