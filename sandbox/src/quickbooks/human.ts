import { textAt } from '../core/exact/access.ts';
import { exactJson, isObject, type JsonObject } from '../core/exact/json.ts';
import { notFound } from './basics/fault.ts';
import type { Company } from './books/company.ts';
import type { Party } from './books/general-ledger.ts';
import { answered } from './entities/answer.ts';
import { type EntityName, isTransaction, type StoredEntity } from './store/entity.ts';
import { mergeNames } from './writes/merge.ts';
import { createObject, deleteObject, updateObject, voidObject, type WriteOptions } from './writes/write.ts';

/** A person at the screen: the same rules as for an app, but closed periods only warn. */
const PERSON: WriteOptions = { writer: 'person' };

/** What a person does in QuickBooks itself. */
export class Human {
  readonly #company: Company;

  constructor(company: Company) {
    this.#company = company;
  }

  create(entity: EntityName, body: unknown): JsonObject {
    return this.#done(createObject(this.#company, entity, asObject(body), PERSON));
  }

  edit(entity: EntityName, id: string, patch: unknown): JsonObject {
    const body = { ...this.#key(entity, id), ...asObject(patch), sparse: true };
    return this.#done(updateObject(this.#company, entity, body, PERSON));
  }

  /** Deletes a transaction; makes an object of a list inactive. */
  remove(entity: EntityName, id: string): void {
    if (isTransaction(entity)) deleteObject(this.#company, entity, this.#key(entity, id), PERSON);
    else this.edit(entity, id, { Active: false });
  }

  void(entity: EntityName, id: string): JsonObject {
    return this.#done(voidObject(this.#company, entity, this.#key(entity, id), PERSON));
  }

  /** Merges a customer or vendor into another: it disappears, and its transactions point to the one that stays. */
  merge(entity: Party['kind'], loserId: string, winnerId: string): void {
    mergeNames(this.#company, { entity, loserId, winnerId });
  }

  #key(entity: EntityName, id: string): JsonObject {
    const record = this.#company.records.get(entity, id);
    if (record === undefined) throw notFound(`${entity} ${id}`);
    return { Id: id, SyncToken: textAt(record.data, 'SyncToken') ?? '0' };
  }

  #done(record: StoredEntity): JsonObject {
    return answered(this.#company, record);
  }
}

function asObject(value: unknown): JsonObject {
  const exact = exactJson(value);
  if (!isObject(exact)) throw new TypeError('an object is expected');
  return exact;
}
