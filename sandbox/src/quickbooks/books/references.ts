import { flagAt, objectAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badElement, badReference, businessRule, missing, notFound } from '../basics/fault.ts';
import type { EntityName, ListName, StoredEntity } from '../store/entity.ts';
import { uniqueName } from '../store/entity-index.ts';
import type { Company } from './company.ts';
import type { Party } from './general-ledger.ts';

/** The object a reference names, if there is a reference. 2500 when it names nothing, 610 something inactive. */
export function referred(
  company: Company,
  source: JsonObject | undefined,
  path: { member: string; entity: EntityName },
): StoredEntity | undefined {
  const ref = objectAt(source, path.member);
  if (ref === undefined) return undefined;
  const id = textAt(ref, 'value') ?? '';
  const record = company.records.get(path.entity, id);
  if (record === undefined) throw badReference(path.member, id);
  if (flagAt(record.data, 'Active') === false) throw notFound(`${path.entity} ${id}`, path.member);
  return record;
}

/** As `referred`, but the reference must be there (2020). */
export function required(
  company: Company,
  source: JsonObject | undefined,
  path: { member: string; entity: EntityName },
): StoredEntity {
  const record = referred(company, source, path);
  if (record === undefined) throw missing(path.member);
  return record;
}

/** The reference as QuickBooks answers it: id and name. */
export function refTo(record: StoredEntity, type?: string): JsonObject {
  const name = uniqueName(record) ?? '';
  return { value: record.id, name, ...(type === undefined ? {} : { type }) };
}

/** `{ member: reference }` when there is an object, else nothing: for spreading into an answer. */
export function refMember(member: string, record: StoredEntity | undefined): JsonObject {
  return record === undefined ? {} : { [member]: refTo(record) };
}

/** The plain references that many forms share, checked and with their names filled in. */
export function commonRefs(company: Company, draft: JsonObject): JsonObject {
  const paths: readonly { member: string; entity: ListName }[] = [
    { member: 'ClassRef', entity: 'Class' },
    { member: 'DepartmentRef', entity: 'Department' },
    { member: 'PaymentMethodRef', entity: 'PaymentMethod' },
    { member: 'SalesTermRef', entity: 'Term' },
  ];
  return Object.assign({}, ...paths.map((path) => refMember(path.member, referred(company, draft, path))));
}

const PARTY_KINDS: Readonly<Record<string, Party['kind']>> = {
  customer: 'Customer',
  vendor: 'Vendor',
};

/** The customer or vendor behind a kind written in any case (`VENDOR`, `Vendor`) and an id. */
export function partyOf(company: Company, parts: { kind: string; id: string; element: string }): StoredEntity {
  const kind = PARTY_KINDS[parts.kind.toLowerCase()];
  if (kind === undefined) throw badElement(parts.element, `cannot be of type ${parts.kind}`);
  const record = company.records.get(kind, parts.id);
  if (record === undefined) throw badReference(parts.element, parts.id);
  if (flagAt(record.data, 'Active') === false) throw notFound(`${kind} ${parts.id}`, parts.element);
  return record;
}

/** The party of a booked line. */
export function asParty(record: StoredEntity): Party {
  return { kind: record.entity as Party['kind'], id: record.id };
}

/** The type of an account, as `Bank`. */
export function accountType(account: StoredEntity): string {
  return textAt(account.data, 'AccountType') ?? '';
}

/** Refuses (6000) an account whose type is not among those allowed in that place. */
export function requireAccountType(account: StoredEntity, types: readonly string[], place: string): void {
  if (types.includes(accountType(account))) return;
  throw businessRule(`${place} needs an account of type ${types.join(' or ')}, not ${accountType(account)}.`);
}

/** The account types money may be kept in: bank accounts and other current assets such as Undeposited Funds. */
export const MONEY_ACCOUNTS: readonly string[] = ['Bank', 'Other Current Asset'];
/** The account type of what customers owe. */
export const RECEIVABLE = 'Accounts Receivable';
/** The account type of what vendors are owed. */
export const PAYABLE = 'Accounts Payable';
