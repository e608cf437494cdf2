/** Contains every other policy. */
const UNRESTRICTED = 'unrestricted';

/** A policy includes the ones named for it, and what those include (btcpayserver 2.4.1, Policies.cs), as far as we look. */
const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  'btcpay.store.canmodifystoresettings': [
    'btcpay.store.canviewstoresettings',
    'btcpay.store.canmodifyinvoices',
    'btcpay.store.webhooks.canmodifywebhooks',
  ],
  'btcpay.store.canviewstoresettings': [
    'btcpay.store.canviewinvoices',
    'btcpay.store.canviewpaymentrequests',
    'btcpay.store.canviewreports',
    'btcpay.store.canviewpullpayments',
    'btcpay.store.canviewpayouts',
  ],
  'btcpay.store.canmodifyinvoices': ['btcpay.store.canviewinvoices', 'btcpay.store.cancreateinvoice'],
};

/** A permission of a key, `policy` or `policy:storeId`, as the server writes it. */
export interface Permission {
  readonly policy: string;
  /** Null for every store of the user. */
  readonly storeId: string | null;
}

export function readPermission(text: string): Permission {
  const colon = text.indexOf(':');
  if (colon < 0) return { policy: text, storeId: null };
  return { policy: text.slice(0, colon), storeId: text.slice(colon + 1) };
}

/** Whether holding one policy is as good as holding the other. */
export function grants(held: string, wanted: string): boolean {
  if (held === wanted || held === UNRESTRICTED) return true;
  return (INCLUDES[held] ?? []).some((included) => grants(included, wanted));
}

export function holdsFor(permissions: readonly Permission[], policy: string, storeId: string): boolean {
  return permissions.some((one) => (one.storeId === null || one.storeId === storeId) && grants(one.policy, policy));
}
