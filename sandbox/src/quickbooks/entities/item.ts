import { refAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule, missing, notPermitted } from '../basics/fault.ts';
import type { Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { accountType, PAYABLE, RECEIVABLE, referred, refMember } from '../books/references.ts';
import { checkName, type ListKind, placeUnderParent } from './list-kind.ts';
import { NAME_MAX, OWN, REF } from './shapes.ts';

/** Kinds of item this company's plan has; inventory and bundles belong to a larger one. */
const SUPPORTED = ['Service', 'NonInventory', 'Category'];
const ITEM_TYPES = [...SUPPORTED, 'Inventory', 'Group', 'Assembly', 'Bundle', 'Fixed Asset', 'Other Charge'];
const TEXT_MAX = 4000;

const SHAPE: Shape = {
  ...OWN,
  Name: { max: NAME_MAX },
  Sku: { max: NAME_MAX },
  Description: { max: TEXT_MAX },
  Active: 'flag',
  Type: { oneOf: ITEM_TYPES },
  SubItem: 'flag',
  ParentRef: REF,
  Level: 'readonly',
  FullyQualifiedName: 'readonly',
  Taxable: 'flag',
  SalesTaxIncluded: 'flag',
  PurchaseTaxIncluded: 'flag',
  PercentBased: 'flag',
  UnitPrice: 'decimal',
  RatePercent: 'decimal',
  IncomeAccountRef: REF,
  ExpenseAccountRef: REF,
  AssetAccountRef: REF,
  PurchaseDesc: { max: TEXT_MAX },
  PurchaseCost: 'decimal',
  PrefVendorRef: REF,
  SalesTaxCodeRef: REF,
  PurchaseTaxCodeRef: REF,
  ClassRef: REF,
  TaxClassificationRef: REF,
  TrackQtyOnHand: 'flag',
  QtyOnHand: 'decimal',
  ReorderPoint: 'decimal',
  InvStartDate: 'date',
};

/** Products and services. */
export const itemKind: ListKind = {
  entity: 'Item',
  shape: SHAPE,
  build: (company, draft) => {
    const name = textAt(draft, 'Name') ?? '';
    if (name === '') throw missing('Name');
    checkName('Name', name);
    const type = textAt(draft, 'Type') ?? 'Service';
    if (!SUPPORTED.includes(type)) throw notPermitted(`items of type ${type}`);
    return {
      Active: true,
      Taxable: false,
      TrackQtyOnHand: false,
      ...draft,
      Type: type,
      ...placeUnderParent(company, draft, { entity: 'Item', name, flag: 'SubItem' }),
      ...itemAccounts(company, draft, type),
    };
  },
};

function itemAccounts(company: Company, draft: JsonObject, type: string): JsonObject {
  refuseUnknownTaxCode(company, draft);
  if (type === 'Category') return {};
  const income = referred(company, draft, { member: 'IncomeAccountRef', entity: 'Account' });
  const expense = referred(company, draft, { member: 'ExpenseAccountRef', entity: 'Account' });
  if (income === undefined && expense === undefined) throw missing('IncomeAccountRef');
  for (const account of [income, expense]) {
    if (account !== undefined && [RECEIVABLE, PAYABLE].includes(accountType(account))) {
      throw businessRule(`An item cannot book to an account of type ${accountType(account)}.`);
    }
  }
  return { ...refMember('IncomeAccountRef', income), ...refMember('ExpenseAccountRef', expense) };
}

function refuseUnknownTaxCode(company: Company, draft: JsonObject): void {
  const code = refAt(draft, 'SalesTaxCodeRef');
  if (code !== undefined && company.records.get('TaxCode', code) === undefined) {
    throw badReference('SalesTaxCodeRef', code);
  }
}
