import { type JsonObject, parseJson, writeJson } from '../../core/exact/json.ts';
import type { Codec } from '../../core/store.ts';

/** Name lists: soft-deleted with `Active: false`, unique names. */
const LIST_ENTITIES = [
  'Account',
  'Class',
  'CompanyCurrency',
  'Customer',
  'Department',
  'Item',
  'PaymentMethod',
  'TaxAgency',
  'TaxCode',
  'TaxRate',
  'Term',
  'Vendor',
] as const;

/** Transactions: one series of ids for all of them, with a date and entries in the general ledger. */
export const TRANSACTION_ENTITIES = [
  'Bill',
  'BillPayment',
  'CreditMemo',
  'Deposit',
  'Invoice',
  'JournalEntry',
  'Payment',
  'Purchase',
  'RefundReceipt',
  'SalesReceipt',
  'Transfer',
] as const;

/** Objects that exist by themselves. */
const SINGLE_ENTITIES = ['CompanyInfo', 'ExchangeRate', 'Preferences'] as const;

/** A name list. */
export type ListName = (typeof LIST_ENTITIES)[number];
/** A kind of transaction. */
export type TransactionName = (typeof TRANSACTION_ENTITIES)[number];
/** Any entity, as the API spells it. */
export type EntityName = ListName | TransactionName | (typeof SINGLE_ENTITIES)[number];

/** All entities. */
export const ENTITY_NAMES: readonly EntityName[] = [...LIST_ENTITIES, ...TRANSACTION_ENTITIES, ...SINGLE_ENTITIES];

const BY_LOWER_CASE = new Map(ENTITY_NAMES.map((name) => [name.toLowerCase(), name]));

/** The entity of a path segment or of a name in a query, whatever its case. */
export function entityNamed(name: string): EntityName | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

/** Whether the entity is a kind of transaction. */
export function isTransaction(entity: EntityName): entity is TransactionName {
  return (TRANSACTION_ENTITIES as readonly string[]).includes(entity);
}

/** Whether the entity is a name list. */
export function isList(entity: EntityName): entity is ListName {
  return (LIST_ENTITIES as readonly string[]).includes(entity);
}

/** One object of the company. Never changed in place: every change is a new value under the same key. */
export interface StoredEntity {
  readonly entity: EntityName;
  readonly id: string;
  /** As it is answered, save for members that follow from other objects (balances of accounts and names). */
  readonly data: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Place in the order of creation over all entities. */
  readonly order: number;
}

/** The key of an object in the tables: entity, slash, id. */
export function entityKey(entity: EntityName, id: string): string {
  return `${entity}/${id}`;
}

type StoredForm = readonly [EntityName, string, number, number, number, string];

const texts = new WeakMap<JsonObject, string>();

/** The object's JSON, written once for each version of it. */
function dataText(data: JsonObject): string {
  const known = texts.get(data);
  if (known !== undefined) return known;
  const text = writeJson(data);
  texts.set(data, text);
  return text;
}

/** Stores an object as a row with its JSON text, so that no number is touched. */
export const entityCodec: Codec<StoredEntity> = {
  encode: (record) =>
    [
      record.entity,
      record.id,
      record.createdAt,
      record.updatedAt,
      record.order,
      dataText(record.data),
    ] satisfies StoredForm,
  decode: (stored) => {
    const [entity, id, createdAt, updatedAt, order, text] = stored as StoredForm;
    return { entity, id, createdAt, updatedAt, order, data: parseJson(text) as JsonObject };
  },
};
