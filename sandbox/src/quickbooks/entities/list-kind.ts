import { flagAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badElement, businessRule, duplicateName } from '../basics/fault.ts';
import type { Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { referred, refMember } from '../books/references.ts';
import type { ListName, StoredEntity } from '../store/entity.ts';
import { uniqueName } from '../store/entity-index.ts';

/** How one name list is written and answered. */
export interface ListKind {
  readonly entity: ListName;
  /** Members a request may carry; without it the API cannot write the list. */
  readonly shape?: Shape;
  /** The object to store for a checked draft, or a fault. */
  build(company: Company, draft: JsonObject, previous?: StoredEntity): JsonObject;
  /** Members that follow from other objects. */
  derived?(company: Company, record: StoredEntity): JsonObject;
}

/** Names of customers and vendors are unique over both lists. */
const SHARED_NAMES: readonly ListName[] = ['Customer', 'Vendor'];
const DELETED_MARK = ' (deleted)';

/** Stores a draft as a new object of the list, or in place of `previous`. */
export function saveListObject(
  company: Company,
  kind: ListKind,
  draft: JsonObject,
  previous?: StoredEntity,
): StoredEntity {
  const built = kind.build(company, draft, previous);
  const goes = built.Active === false && previous !== undefined && flagAt(previous.data, 'Active') !== false;
  const data = goes ? withFreedName(company, kind.entity, built) : built;
  refuseTakenName(company, { entity: kind.entity, data, ...(previous === undefined ? {} : { id: previous.id }) });
  if (previous !== undefined) return company.change(previous, data);
  return company.add({ entity: kind.entity, id: company.records.nextId(kind.entity), data });
}

function refuseTakenName(company: Company, parts: { entity: ListName; data: JsonObject; id?: string }): void {
  const name = uniqueName(parts);
  if (name === undefined) return;
  const lists = SHARED_NAMES.includes(parts.entity) ? SHARED_NAMES : [parts.entity];
  for (const list of lists) {
    for (const other of company.records.of(list).named(name)) {
      if (list !== parts.entity || other.id !== parts.id) throw duplicateName(other.id);
    }
  }
}

/** An object that is made inactive gives its name free, as QuickBooks does by marking it. */
function withFreedName(company: Company, entity: ListName, data: JsonObject): JsonObject {
  for (let turn = 1; ; turn += 1) {
    const mark = turn === 1 ? DELETED_MARK : ` (deleted ${turn})`;
    const marked = Object.fromEntries(
      Object.entries(data).map(([name, value]) => [
        name,
        isNameMember(name, value) ? `${String(value)}${mark}` : value,
      ]),
    );
    if (company.records.of(entity).named(uniqueName({ data: marked }) ?? '').length === 0) return marked;
  }
}

function isNameMember(member: string, value: unknown): boolean {
  return ['Name', 'DisplayName', 'FullyQualifiedName'].includes(member) && typeof value === 'string';
}

/** Refuses characters QuickBooks keeps for its own use in names. */
export function checkName(member: string, name: string, forbidden: RegExp = /[:\t\n]/): string {
  if (forbidden.test(name)) throw badElement(member, 'contains a colon, a tab or a new line');
  return name;
}

/** A list object's place under its parent: full name and parent reference. */
export function placeUnderParent(
  company: Company,
  draft: JsonObject,
  parts: { entity: ListName; name: string; flag: string },
): JsonObject {
  const parent = referred(company, draft, { member: 'ParentRef', entity: parts.entity });
  const parentName = parent === undefined ? undefined : textAt(parent.data, 'FullyQualifiedName');
  if (parent !== undefined && parent.id === textAt(draft, 'Id'))
    throw businessRule('An object cannot be its own parent.');
  return {
    FullyQualifiedName: parentName === undefined ? parts.name : `${parentName}:${parts.name}`,
    [parts.flag]: parent !== undefined,
    ...refMember('ParentRef', parent),
  };
}
