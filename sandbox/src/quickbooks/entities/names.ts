import { refAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule, missing } from '../basics/fault.ts';
import type { Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { requireCurrency } from '../books/currency.ts';
import { commonRefs } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import { checkName, type ListKind, placeUnderParent } from './list-kind.ts';
import { ADDRESS, DISPLAY_NAME_MAX, EMAIL, NAME_MAX, OWN, PHONE, REF } from './shapes.ts';

const PERSON: Shape = {
  ...OWN,
  Title: { max: 16 },
  GivenName: { max: NAME_MAX },
  MiddleName: { max: NAME_MAX },
  FamilyName: { max: NAME_MAX },
  Suffix: { max: 16 },
  CompanyName: { max: NAME_MAX },
  DisplayName: { max: DISPLAY_NAME_MAX },
  PrintOnCheckName: { max: 110 },
  Active: 'flag',
  PrimaryPhone: PHONE,
  AlternatePhone: PHONE,
  Mobile: PHONE,
  Fax: PHONE,
  PrimaryEmailAddr: EMAIL,
  WebAddr: { object: { URI: 'text', Default: 'flag', Tag: 'text' } },
  BillAddr: ADDRESS,
  Notes: { max: 2000 },
  AcctNum: { max: 100 },
  CurrencyRef: REF,
  Balance: 'readonly',
  V4IDPseudonym: 'readonly',
  IntuitId: 'readonly',
  FullyQualifiedName: 'readonly',
};

const CUSTOMER: Shape = {
  ...PERSON,
  ShipAddr: ADDRESS,
  Taxable: 'flag',
  DefaultTaxCodeRef: REF,
  ResaleNum: { max: 16 },
  TaxExemptionReasonId: 'text',
  Job: 'flag',
  BillWithParent: 'flag',
  ParentRef: REF,
  Level: 'readonly',
  SalesTermRef: REF,
  PaymentMethodRef: REF,
  PreferredDeliveryMethod: { oneOf: ['Print', 'Email', 'None'] },
  BalanceWithJobs: 'readonly',
  IsProject: 'readonly',
  ClientEntityId: 'readonly',
  ARAccountRef: REF,
};

const VENDOR: Shape = {
  ...PERSON,
  TaxIdentifier: { max: 20 },
  TermRef: REF,
  Vendor1099: 'flag',
  BillRate: 'decimal',
  CostRate: 'decimal',
};

/** Customers. What they owe follows from the books. */
export const customerKind: ListKind = {
  entity: 'Customer',
  shape: CUSTOMER,
  build: (company, draft, previous) => {
    const name = displayName(draft);
    return {
      Taxable: true,
      BillWithParent: false,
      PreferredDeliveryMethod: 'Print',
      ...buildName(company, draft, previous),
      ...placeUnderParent(company, draft, { entity: 'Customer', name, flag: 'Job' }),
      ...commonRefs(company, draft),
    };
  },
  derived: (company, customer) => {
    const balance = Decimal.fromMinor(company.ledger.partyBalance({ kind: 'Customer', id: customer.id }));
    return { Balance: balance, BalanceWithJobs: balance };
  },
};

/** Vendors. What they are owed follows from the books. */
export const vendorKind: ListKind = {
  entity: 'Vendor',
  shape: VENDOR,
  build: (company, draft, previous) => ({ Vendor1099: false, ...buildName(company, draft, previous) }),
  derived: (company, vendor) => ({
    Balance: Decimal.fromMinor(-company.ledger.partyBalance({ kind: 'Vendor', id: vendor.id })),
  }),
};

function buildName(company: Company, draft: JsonObject, previous: StoredEntity | undefined): JsonObject {
  const name = displayName(draft);
  const before = refAt(previous?.data, 'CurrencyRef');
  const currency = refAt(draft, 'CurrencyRef') ?? before ?? company.settings.homeCurrency;
  requireCurrency(company, currency);
  if (before !== undefined && before !== currency) throw businessRule(`The currency stays ${before} once it is set.`);
  return { Active: true, PrintOnCheckName: name, ...draft, DisplayName: name, CurrencyRef: { value: currency } };
}

/** The display name sent, or the one QuickBooks puts together from the parts of the name. */
function displayName(draft: JsonObject): string {
  const parts = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'].map(
    (member) => textAt(draft, member) ?? '',
  );
  const joined = parts.filter((part) => part !== '').join(' ');
  const name = textAt(draft, 'DisplayName') ?? joined;
  if (name.trim() === '') throw missing('DisplayName');
  return checkName('DisplayName', name);
}
