import { textAt } from '../../core/exact/access.ts';
import { Groups } from '../../core/groups.ts';
import { OrderedIndex } from '../basics/ordered-index.ts';
import type { StoredEntity } from './entity.ts';

/** The objects of one entity with the ways to them that do not read everything. */
export class EntityIndex {
  readonly #byId = new Map<string, StoredEntity>();
  readonly #byDate = new OrderedIndex<string, string>();
  readonly #byUpdate = new OrderedIndex<number, string>();
  readonly #byDocNumber = new Groups<string, string>();
  readonly #byName = new Groups<string, string>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): StoredEntity | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<StoredEntity> {
    return this.#byId.values();
  }

  replace(before: StoredEntity | undefined, after: StoredEntity | undefined): void {
    if (before !== undefined) this.#forget(before);
    if (after !== undefined) this.#learn(after);
    else if (before !== undefined) this.#byId.delete(before.id);
  }

  /** Objects whose TxnDate lies in the window, ends included, in date order. */
  datedBetween(from: string | undefined, to: string | undefined): StoredEntity[] {
    return this.#objects(this.#byDate.between(from, to));
  }

  /** Objects last changed in the window, ends included, oldest change first. */
  updatedBetween(from: number | undefined, to: number | undefined): StoredEntity[] {
    return this.#objects(this.#byUpdate.between(from, to));
  }

  numbered(docNumber: string): StoredEntity[] {
    return this.#objects(this.#byDocNumber.get(docNumber));
  }

  /** Objects with the name, whatever the case: names are unique without regard to it. */
  named(name: string): StoredEntity[] {
    return this.#objects(this.#byName.get(name.toLowerCase()));
  }

  #learn(record: StoredEntity): void {
    this.#byId.set(record.id, record);
    const keys = keysOf(record);
    if (keys.date !== undefined) this.#byDate.add(keys.date, record.id);
    if (keys.docNumber !== undefined) this.#byDocNumber.add(keys.docNumber, record.id);
    if (keys.name !== undefined) this.#byName.add(keys.name, record.id);
    this.#byUpdate.add(record.updatedAt, record.id);
  }

  #forget(record: StoredEntity): void {
    const keys = keysOf(record);
    if (keys.date !== undefined) this.#byDate.remove(keys.date, record.id);
    if (keys.docNumber !== undefined) this.#byDocNumber.remove(keys.docNumber, record.id);
    if (keys.name !== undefined) this.#byName.remove(keys.name, record.id);
    this.#byUpdate.remove(record.updatedAt, record.id);
  }

  #objects(ids: Iterable<string>): StoredEntity[] {
    return Array.from(ids, (id) => this.#byId.get(id)!);
  }
}

function keysOf(record: StoredEntity): { date?: string; docNumber?: string; name?: string } {
  const date = textAt(record.data, 'TxnDate');
  const docNumber = textAt(record.data, 'DocNumber');
  const name = uniqueName(record);
  return {
    ...(date === undefined ? {} : { date }),
    ...(docNumber === undefined ? {} : { docNumber }),
    ...(name === undefined ? {} : { name: name.toLowerCase() }),
  };
}

/** The name that must be unique in its list: display name, name with its parents before it, or currency code. */
export function uniqueName(record: Pick<StoredEntity, 'data'>): string | undefined {
  return (
    textAt(record.data, 'DisplayName') ??
    textAt(record.data, 'FullyQualifiedName') ??
    textAt(record.data, 'Code') ??
    textAt(record.data, 'Name')
  );
}
