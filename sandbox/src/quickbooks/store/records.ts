import { plain, type Store, type Table } from '../../core/store.ts';
import { ENTITY_NAMES, type EntityName, entityCodec, entityKey, isTransaction, type StoredEntity } from './entity.ts';
import { EntityIndex } from './entity-index.ts';

/** What remains of a deleted transaction, for change data capture. */
interface Tombstone {
  readonly entity: EntityName;
  readonly id: string;
  readonly deletedAt: number;
}

/** All objects of the company, their indexes, and the counters their ids come from. */
export class Records {
  readonly tombstones: Table<Tombstone>;
  readonly #table: Table<StoredEntity>;
  readonly #counters: Table<number>;
  readonly #indexes = new Map(ENTITY_NAMES.map((name) => [name, new EntityIndex()]));

  constructor(store: Store) {
    this.#table = store.table('entities', entityCodec);
    this.tombstones = store.table('tombstones', plain<Tombstone>());
    this.#counters = store.table('counters', plain<number>());
    this.onChange((before, after) => this.of((after ?? before)!.entity).replace(before, after));
  }

  of(entity: EntityName): EntityIndex {
    return this.#indexes.get(entity)!;
  }

  get(entity: EntityName, id: string): StoredEntity | undefined {
    return this.of(entity).get(id);
  }

  put(record: StoredEntity): void {
    this.#table.set(entityKey(record.entity, record.id), record);
  }

  remove(record: StoredEntity, deletedAt: number): void {
    const { entity, id } = record;
    this.#table.delete(entityKey(entity, id));
    this.tombstones.set(entityKey(entity, id), { entity, id, deletedAt });
  }

  /** Removes an object without a trace, as a merge does with the one that loses. */
  discard(record: StoredEntity): void {
    this.#table.delete(entityKey(record.entity, record.id));
  }

  onChange(listener: (before: StoredEntity | undefined, after: StoredEntity | undefined) => void): void {
    this.#table.onChange((_key, before, after) => listener(before, after));
  }

  /** The next id: transactions share one series, each list has its own. */
  nextId(entity: EntityName): string {
    return String(this.count(isTransaction(entity) ? 'id:transaction' : `id:${entity}`));
  }

  /** Adds one to a named counter and gives the new value; `start` is the first. */
  count(name: string, start = 1): number {
    const value = (this.#counters.get(name) ?? start - 1) + 1;
    this.#counters.set(name, value);
    return value;
  }
}
