import type { BtcpayContext } from '../context.ts';
import type { GrantedKey } from '../state.ts';
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

const KNOWN = new Set([
  ...Object.entries(INCLUDES).flatMap(([policy, included]) => [policy, ...included]),
  'btcpay.store.cancreatenonapprovedpullpayments',
  'btcpay.store.canviewwallet',
  'unrestricted',
]);

function grants(held: string, wanted: string): boolean {
  return (
    held === wanted || held === 'unrestricted' || (INCLUDES[held] ?? []).some((included) => grants(included, wanted))
  );
}

/** Policies that the authorize page knows; others are dropped without a word. */
export function isPolicy(name: string): boolean {
  return KNOWN.has(name);
}

/** What the server knows of a key; null when it was revoked or never given. The built-in key reaches every store. */
export function keyNamed(
  context: BtcpayContext,
  key: string,
): Pick<GrantedKey, 'key' | 'label' | 'permissions'> | null {
  const { settings, state } = context;
  if (state.revokedKeys.has(key)) return null;
  if (key === settings.apiKey) {
    const permissions = settings.permissions.flatMap((policy) => settings.stores.map(({ id }) => `${policy}:${id}`));
    return { key, label: 'Sandbox', permissions };
  }
  return state.grantedKeys.find((one) => one.key === key) ?? null;
}

/** The key in use: `token <key>` or `bearer <key>`, whatever the capitals. */
export function readKey(context: BtcpayContext, headers: Headers): string {
  const [scheme = '', key = ''] = (headers.get('authorization') ?? '').split(' ', 2);
  if (!/^(token|bearer)$/i.test(scheme))
    throw unauthenticated('Authentication is required for accessing this endpoint');
  if (keyNamed(context, key) === null) throw unauthenticated('ApiKey authentication failed: Unknown API Key');
  return key;
}

/** Whether a key holds a policy: for a store, or with null for any. */
export function holds(context: BtcpayContext, key: string, wanted: string, storeId: string | null): boolean {
  return (keyNamed(context, key)?.permissions ?? []).some((permission) => {
    const [policy = '', scope] = permission.split(':', 2);
    return grants(policy, wanted) && (storeId === null || scope === undefined || scope === storeId);
  });
}

/** Throws unless the key holds the policy; a store that the key cannot see looks like a missing permission. */
export function checkPermission(
  context: BtcpayContext,
  key: string,
  permission: string | null,
  storeId: string | null,
): void {
  if (permission === null) return;
  const isThere = storeId === null || context.store(storeId) !== undefined;
  if (!isThere || !holds(context, key, permission, storeId)) throw missingPermission(permission);
}
