/** Scopes of apps made on or after 2 March 2026. Source: Xero, granular scopes, as quoted 2026-10-01. */
const GRANULAR = [
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.manualjournals',
  'accounting.settings',
  'accounting.contacts',
];
/** What only the older apps may ask for, until 13 September 2027. */
const BROAD = 'accounting.transactions';
const REPORTS = 'accounting.reports';
const IDENTITY = ['openid', 'profile', 'email', 'offline_access'];

/** Which scope opens a resource; every one also has a form that ends in `.read`. */
const OF_RESOURCE: Readonly<Record<string, readonly string[]>> = {
  Organisation: ['accounting.settings'],
  Accounts: ['accounting.settings'],
  TaxRates: ['accounting.settings'],
  Items: ['accounting.settings', 'accounting.invoices', BROAD],
  Contacts: ['accounting.contacts'],
  Invoices: ['accounting.invoices', BROAD],
  CreditNotes: ['accounting.invoices', BROAD],
  Payments: ['accounting.payments', BROAD],
  BankTransactions: ['accounting.banktransactions', BROAD],
  BankTransfers: ['accounting.banktransactions', BROAD],
  ManualJournals: ['accounting.manualjournals', BROAD],
};

/** Every scope that a fixed token has. */
export const ALL_SCOPES: readonly string[] = [...IDENTITY, ...GRANULAR, `${REPORTS}.trialbalance.read`];

/** Whether a scope may be asked for. */
export function isScope(scope: string, takesBroad: boolean): boolean {
  const isBroad = scope === BROAD || scope === `${BROAD}.read` || scope === `${REPORTS}.read`;
  if (isBroad) return takesBroad;
  return ALL_SCOPES.includes(scope) || GRANULAR.some((granular) => scope === `${granular}.read`);
}

/** Whether the granted scopes allow a call to a resource. */
export function mayCall(scopes: readonly string[], resource: string, isRead: boolean): boolean {
  if (resource === 'Reports')
    return scopes.some((scope) => scope === `${REPORTS}.trialbalance.read` || scope === `${REPORTS}.read`);
  return (OF_RESOURCE[resource] ?? []).some(
    (scope) => scopes.includes(scope) || (isRead && scopes.includes(`${scope}.read`)),
  );
}
