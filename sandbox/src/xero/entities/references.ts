import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';

/** The account an object names by `AccountID` or code; undefined when it names none. */
export function accountNamed(organisation: Organisation, named: JsonObject, codeField: string): XeroRecord | undefined {
  const id = textAt(named, 'AccountID');
  const code = textAt(named, codeField);
  if (id === undefined && (code === undefined || code === '')) return undefined;
  const found = id === undefined ? activeAccount(organisation, code ?? '') : organisation.get('Account', id);
  if (found === undefined) throw new Invalid(`Account code '${code ?? id}' is not a valid code for this document.`);
  const status = textAt(found.data, 'Status');
  if (status !== 'ACTIVE') throw new Invalid(`Account code '${code ?? id}' has been archived or deleted.`);
  return found;
}

function activeAccount(organisation: Organisation, code: string): XeroRecord | undefined {
  const accounts = organisation.named('Account', 'Code', code);
  return accounts.find(({ data }) => data.Status === 'ACTIVE') ?? accounts.at(-1);
}

/** The account of the ledger that Xero itself posts to. */
export function systemAccount(organisation: Organisation, name: string): XeroRecord {
  return organisation.named('Account', 'SystemAccount', name)[0]!;
}

/** How answers name an account inside of another object. */
export function accountReference(organisation: Organisation, id: string): JsonObject {
  const data = organisation.get('Account', id)!.data;
  const code = textAt(data, 'Code');
  return { AccountID: id, ...(code === undefined ? {} : { Code: code }), Name: data.Name };
}

/** How answers name a contact inside of another object. */
export function contactReference(organisation: Organisation, id: string): JsonObject {
  const data = organisation.get('Contact', id)!.data;
  return { ContactID: id, Name: data.Name, ContactPersons: [], HasValidationErrors: false };
}

/** The rate of a tax type. */
export function taxRateNamed(organisation: Organisation, taxType: string): XeroRecord {
  const found = organisation.named('TaxRate', 'TaxType', taxType)[0];
  if (found === undefined || found.data.Status !== 'ACTIVE')
    throw new Invalid(`The TaxType code '${taxType}' does not exist or cannot be used for this type of transaction.`);
  return found;
}
