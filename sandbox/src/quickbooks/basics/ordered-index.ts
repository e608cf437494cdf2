/** Values grouped under sortable keys, for windows of dates and instants without reading everything. */
export class OrderedIndex<K extends string | number, V> {
  #keys: K[] = [];
  readonly #groups = new Map<K, Set<V>>();

  add(key: K, value: V): void {
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.add(value);
      return;
    }
    this.#groups.set(key, new Set([value]));
    this.#keys.splice(this.#position(key), 0, key);
  }

  remove(key: K, value: V): void {
    const group = this.#groups.get(key);
    if (group === undefined || !group.delete(value) || group.size > 0) return;
    this.#groups.delete(key);
    this.#keys.splice(this.#position(key), 1);
  }

  /** Values whose key lies in the window, ends included, in key order. */
  *between(from: K | undefined, to: K | undefined): Generator<V> {
    let at = from === undefined ? 0 : this.#position(from);
    for (; at < this.#keys.length; at += 1) {
      const key = this.#keys[at]!;
      if (to !== undefined && key > to) return;
      yield* this.#groups.get(key)!;
    }
  }

  clear(): void {
    this.#keys = [];
    this.#groups.clear();
  }

  /** Where the first key not below `key` stands. */
  #position(key: K): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
