/** A map from a key to a set of values that forgets empty sets. */
export class Groups<K, V> {
  readonly #groups = new Map<K, Set<V>>();

  add(key: K, value: V): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, new Set([value]));
    else group.add(value);
  }

  remove(key: K, value: V): void {
    const group = this.#groups.get(key);
    if (group?.delete(value) === true && group.size === 0) this.#groups.delete(key);
  }

  get(key: K): ReadonlySet<V> {
    return this.#groups.get(key) ?? new Set<V>();
  }
}
