import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badElement, missing } from '../basics/fault.ts';
import type { Shape } from '../basics/shape.ts';
import { checkName, type ListKind, placeUnderParent } from './list-kind.ts';
import { ADDRESS, NAME_MAX, OWN, REF } from './shapes.ts';

const NAMED: Shape = { ...OWN, Name: { max: NAME_MAX }, Active: 'flag' };
const CURRENCY_CODE = /^[A-Z]{3}$/;

function nameOf(draft: JsonObject): string {
  const name = textAt(draft, 'Name') ?? '';
  if (name === '') throw missing('Name');
  return checkName('Name', name);
}

/** Ways to pay. */
export const paymentMethodKind: ListKind = {
  entity: 'PaymentMethod',
  shape: { ...NAMED, Type: { oneOf: ['CREDIT_CARD', 'NON_CREDIT_CARD'] } },
  build: (_company, draft) => ({ Active: true, Type: 'NON_CREDIT_CARD', ...draft, Name: nameOf(draft) }),
};

/** Terms of payment. */
export const termKind: ListKind = {
  entity: 'Term',
  shape: {
    ...NAMED,
    Type: 'readonly',
    DueDays: 'integer',
    DiscountPercent: 'decimal',
    DiscountDays: 'integer',
    DayOfMonthDue: 'integer',
    DueNextMonthDays: 'integer',
    DiscountDayOfMonth: 'integer',
  },
  build: (_company, draft) => ({
    Active: true,
    Type: draft.DayOfMonthDue === undefined ? 'STANDARD' : 'DATE_DRIVEN',
    ...draft,
    Name: nameOf(draft),
  }),
};

/** Classes, a tree. */
export const classKind: ListKind = {
  entity: 'Class',
  shape: { ...NAMED, SubClass: 'flag', ParentRef: REF, FullyQualifiedName: 'readonly' },
  build: (company, draft) => ({
    Active: true,
    ...draft,
    ...placeUnderParent(company, draft, { entity: 'Class', name: nameOf(draft), flag: 'SubClass' }),
  }),
};

/** Departments (locations), a tree. */
export const departmentKind: ListKind = {
  entity: 'Department',
  shape: { ...NAMED, SubDepartment: 'flag', ParentRef: REF, FullyQualifiedName: 'readonly', Address: ADDRESS },
  build: (company, draft) => ({
    Active: true,
    ...draft,
    ...placeUnderParent(company, draft, { entity: 'Department', name: nameOf(draft), flag: 'SubDepartment' }),
  }),
};

/** Currencies the company uses. */
export const companyCurrencyKind: ListKind = {
  entity: 'CompanyCurrency',
  shape: { ...OWN, Code: 'text', Name: { max: NAME_MAX }, Active: 'flag' },
  build: (_company, draft) => {
    const code = textAt(draft, 'Code');
    if (code === undefined) throw missing('Code');
    if (!CURRENCY_CODE.test(code)) throw badElement('Code', 'is not a currency code');
    return { Active: true, ...draft };
  },
};

/** Tax codes, rates and agencies come with the company; the API makes them through its tax service only. */
export const taxCodeKind: ListKind = { entity: 'TaxCode', build: (_company, draft) => draft };
/** Tax rates, read only. */
export const taxRateKind: ListKind = { entity: 'TaxRate', build: (_company, draft) => draft };
/** Tax agencies, read only. */
export const taxAgencyKind: ListKind = { entity: 'TaxAgency', build: (_company, draft) => draft };
