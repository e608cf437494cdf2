import { Groups } from '../../core/groups.ts';
import { plain, type Store, type Table } from '../../core/store.ts';
import { indexKeys } from './index-keys.ts';
import { type Kind, recordCodec, type XeroRecord } from './record.ts';

/** All objects of all organisations, the ways to them, and the counters of numbers. */
export class Records {
  readonly #table: Table<XeroRecord>;
  readonly #counters: Table<number>;
  readonly #byKind = new Map<string, Map<string, XeroRecord>>();
  readonly #byKey = new Groups<string, string>();

  constructor(store: Store) {
    this.#table = store.table('records', recordCodec);
    this.#counters = store.table('counters', plain<number>());
    this.#table.onChange((_key, before, after) => this.#index(before, after));
  }

  get(tenantId: string, kind: Kind, id: string): XeroRecord | undefined {
    return this.#table.get(keyOf({ tenantId, kind, id }));
  }

  /** All of one kind, oldest first. */
  all(tenantId: string, kind: Kind): XeroRecord[] {
    return [...(this.#byKind.get(`${tenantId}/${kind}`)?.values() ?? [])].sort((a, b) => a.order - b.order);
  }

  /** The records under an index key, oldest first. */
  found(tenantId: string, key: string): XeroRecord[] {
    const records = Array.from(this.#byKey.get(`${tenantId}/${key}`), (name) => this.#table.get(name)!);
    return records.sort((a, b) => a.order - b.order);
  }

  put(record: XeroRecord): void {
    this.#table.set(keyOf(record), record);
  }

  remove(record: XeroRecord): void {
    this.#table.delete(keyOf(record));
  }

  /** Adds one to a named counter and gives the new value. */
  count(name: string): number {
    const value = (this.#counters.get(name) ?? 0) + 1;
    this.#counters.set(name, value);
    return value;
  }

  #index(before: XeroRecord | undefined, after: XeroRecord | undefined): void {
    const record = (after ?? before)!;
    const group = `${record.tenantId}/${record.kind}`;
    const ofKind = this.#byKind.get(group) ?? new Map<string, XeroRecord>();
    this.#byKind.set(group, ofKind);
    if (after === undefined) ofKind.delete(record.id);
    else ofKind.set(record.id, after);
    const keys = (each: XeroRecord | undefined) =>
      each === undefined ? [] : indexKeys(each).map((key) => `${each.tenantId}/${key}`);
    for (const key of keys(before)) this.#byKey.remove(key, keyOf(record));
    for (const key of keys(after)) this.#byKey.add(key, keyOf(record));
  }
}

function keyOf({ tenantId, kind, id }: Pick<XeroRecord, 'tenantId' | 'kind' | 'id'>): string {
  return `${tenantId}/${kind}/${id}`;
}
