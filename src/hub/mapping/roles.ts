import type { AccountType, NameKind } from '../../connectors/sdk/index.ts';
import type { FeeRole } from '../../model/facts.ts';

/**
 * What a line of an entry is for. Accounts, items, customers and vendors of the ledger are mapped to roles, one set for
 * each pair, so that two sources never share a clearing account.
 */
export type Role =
  | `CLR:${string}`
  | 'BANK'
  | `FEE:${FeeRole}`
  | 'DISPUTED'
  | 'RESERVE'
  | 'SUSPENSE'
  | 'REFUNDS_PAYABLE'
  | 'DEPOSITS'
  | 'ROUND'
  | 'CRYPTO_SETTLE'
  | 'AR'
  | `BTC:${'on_chain' | 'lightning'}`
  | 'SALES'
  | 'SHIPPING'
  | 'DISCOUNT'
  | 'TAX'
  | `ITEM:${'sales' | 'shipping' | 'discount' | 'rounding' | 'customer_money'}`
  | 'CUSTOMER'
  | 'VENDOR';

/** The ledger's id for a role, or null when nothing is mapped. */
export type RoleMap = (role: Role) => string | null;

/** What is proposed, and created on request, for a role that has no mapping yet. */
export type RoleProposal =
  | {
      readonly role: Role;
      readonly kind: 'account';
      readonly type: AccountType;
      readonly name: string;
      readonly currency: string | null;
    }
  | { readonly role: Role; readonly kind: NameKind; readonly name: string; readonly incomeRole?: Role };

export interface ProposalInput {
  readonly provider: string;
  readonly providerName: string;
  readonly currencies: readonly string[];
}

/** Roles that a source needs, in the order in which they can be created (items after their accounts). */
export function proposeRoles(input: ProposalInput): readonly RoleProposal[] {
  return input.provider === 'btcpay'
    ? [...bitcoinRoles(input), ...salesRoles(input)]
    : [...processorRoles(input), ...salesRoles(input)];
}

function account(role: Role, type: AccountType, name: string, currency: string | null = null): RoleProposal {
  return { role, kind: 'account', type, name, currency };
}

function processorRoles({ providerName, currencies }: ProposalInput): RoleProposal[] {
  return [
    ...currencies.map((currency) =>
      account(`CLR:${currency}`, 'bank', `${providerName} clearing ${currency}`, currency),
    ),
    account('BANK', 'bank', `Bank for ${providerName} payouts`),
    account('FEE:processing', 'expense', `${providerName} processing fees`),
    account('FEE:dispute', 'expense', `${providerName} dispute fees`),
    account('FEE:payout', 'expense', `${providerName} payout fees`),
    account('FEE:tax', 'expense', `Tax on ${providerName} fees`),
    account('DISPUTED', 'other_current_asset', `${providerName} funds in dispute`),
    account('RESERVE', 'other_current_asset', `${providerName} reserve`),
    account('SUSPENSE', 'other_current_asset', `${providerName} suspense`),
    account('REFUNDS_PAYABLE', 'other_current_liability', `${providerName} refunds payable`),
    { role: 'VENDOR', kind: 'vendor', name: providerName },
  ];
}

function bitcoinRoles({ providerName }: ProposalInput): RoleProposal[] {
  return [
    account('BTC:on_chain', 'other_current_asset', `Bitcoin on chain at cost (${providerName})`),
    account('BTC:lightning', 'other_current_asset', `Bitcoin on Lightning at cost (${providerName})`),
    account('CRYPTO_SETTLE', 'other_income', 'Crypto settlement gain or loss'),
  ];
}

function salesRoles({ providerName }: ProposalInput): RoleProposal[] {
  return [
    account('SALES', 'income', `${providerName} sales`),
    account('SHIPPING', 'income', `${providerName} shipping`),
    account('DISCOUNT', 'income', `${providerName} discounts`),
    account('ROUND', 'expense', `${providerName} payment differences`),
    account('DEPOSITS', 'other_current_liability', `${providerName} customer money to be resolved`),
    { role: 'ITEM:sales', kind: 'item', name: `${providerName} sale`, incomeRole: 'SALES' },
    { role: 'ITEM:shipping', kind: 'item', name: `${providerName} shipping`, incomeRole: 'SHIPPING' },
    { role: 'ITEM:discount', kind: 'item', name: `${providerName} discount`, incomeRole: 'DISCOUNT' },
    { role: 'ITEM:rounding', kind: 'item', name: `${providerName} payment difference`, incomeRole: 'ROUND' },
    { role: 'ITEM:customer_money', kind: 'item', name: `${providerName} customer money`, incomeRole: 'DEPOSITS' },
    { role: 'CUSTOMER', kind: 'customer', name: `${providerName} customers` },
  ];
}
