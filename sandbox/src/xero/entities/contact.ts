import { flagAt, objectAt, textAt } from '../../core/exact/access.ts';
import { isList, type JsonObject } from '../../core/exact/json.ts';
import { msDate } from '../basics/dates.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { choiceAt, given, picked, shortText } from './fields.ts';
import type { KindRules } from './rules.ts';

/** Lengths. Source: Xero, Contacts. */
const MAX_NAME = 255;
const MAX_NUMBER = 50;
/** Kept as they are sent. */
const PLAIN = [
  'FirstName',
  'LastName',
  'EmailAddress',
  'TaxNumber',
  'DefaultCurrency',
  'AccountNumber',
  'CompanyNumber',
];
const STATUSES = ['ACTIVE', 'ARCHIVED', 'GDPRREQUEST'] as const;

/** Customers and suppliers. */
export const contactRules: KindRules = {
  kind: 'Contact',
  plural: 'Contacts',
  idField: 'ContactID',
  isPaged: true,
  knowsModified: true,
  readName: 'ContactNumber',
  overwritten: (organisation, input) => {
    const number = textAt(input, 'ContactNumber') ?? '';
    return organisation.named('Contact', 'ContactNumber', number)[0] ?? activeNamed(organisation, input);
  },
  create: (organisation, input) => organisation.create('Contact', contactData(organisation, input, undefined)),
  update: (organisation, record, input) => organisation.change(record, contactData(organisation, input, record)),
  view: (organisation, record) => ({
    ContactID: record.id,
    ...record.data,
    Addresses: record.data.Addresses ?? [],
    Phones: record.data.Phones ?? [],
    ContactGroups: [],
    ContactPersons: record.data.ContactPersons ?? [],
    IsCustomer: isParty(organisation, record.id, 'ACCREC'),
    IsSupplier: isParty(organisation, record.id, 'ACCPAY'),
    HasAttachments: false,
    HasValidationErrors: false,
    UpdatedDateUTC: msDate(record.updatedAt),
  }),
  isHidden: ({ data }, parameters) =>
    data.ContactStatus !== 'ACTIVE' && parameters.get('includeArchived')?.toLowerCase() !== 'true',
};

/**
 * The contact that a document names. Anything beside its id changes the contact itself, and a name that is not known
 * makes a new one.
 */
export function contactOfDocument(organisation: Organisation, input: JsonObject): XeroRecord {
  const named = given(objectAt(input, 'Contact'));
  const id = textAt(named, 'ContactID');
  const found = id === undefined ? contactRules.overwritten!(organisation, named) : organisation.get('Contact', id);
  if (found === undefined) {
    if (id !== undefined || textAt(named, 'Name') === undefined) throw new Invalid('A valid contact is needed.');
    return contactRules.create(organisation, named, { unitDecimals: 2 });
  }
  if (found.data.ContactStatus !== 'ACTIVE')
    throw new Invalid('The contact is archived and cannot be used on new documents.');
  const { ContactID: _id, ...changes } = named;
  const isChange = Object.entries(changes).some(([name, value]) => isOther(found.data[name], value));
  return isChange ? contactRules.update(organisation, found, changes, { unitDecimals: 2 }) : found;
}

function isOther(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function activeNamed(organisation: Organisation, input: JsonObject): XeroRecord | undefined {
  const found = organisation.named('Contact', 'Name', textAt(input, 'Name') ?? '');
  return found.find(({ data }) => data.ContactStatus === 'ACTIVE') ?? found[0];
}

function contactData(organisation: Organisation, input: JsonObject, before: XeroRecord | undefined): JsonObject {
  const merged: JsonObject = { ...before?.data, ...input };
  const name = shortText(merged, 'Name', MAX_NAME);
  if (name === undefined || name.trim() === '') throw new Invalid('The contact name must be specified');
  const number = shortText(merged, 'ContactNumber', MAX_NUMBER);
  refuseTaken(organisation, before, 'Name', name);
  if (number !== undefined) refuseTaken(organisation, before, 'ContactNumber', number);
  const lists = ['Addresses', 'Phones', 'ContactPersons'].filter((field) => isList(merged[field]));
  return {
    Name: name,
    ...(number === undefined ? {} : { ContactNumber: number }),
    ContactStatus: choiceAt(merged, 'ContactStatus', STATUSES, 'ACTIVE'),
    ...picked(merged, PLAIN),
    ...picked(merged, lists),
    ...(flagAt(merged, 'IsCustomer') === undefined ? {} : { IsCustomer: merged.IsCustomer }),
  };
}

function refuseTaken(
  organisation: Organisation,
  before: XeroRecord | undefined,
  field: 'Name' | 'ContactNumber',
  value: string,
): void {
  const others = organisation.named('Contact', field, value).filter(({ id }) => id !== before?.id);
  const isTaken = others.some(({ data }) => field === 'ContactNumber' || data.ContactStatus === 'ACTIVE');
  if (isTaken && field === 'Name')
    throw new Invalid(
      `The contact name ${value} is already assigned to another contact. The contact name must be unique across all active contacts.`,
    );
  if (isTaken) throw new Invalid(`The contact number ${value} is already assigned to another contact.`);
}

function isParty(organisation: Organisation, contactId: string, type: string): boolean {
  return organisation.all('Invoice').some(({ data }) => data.ContactID === contactId && data.Type === type);
}
