/** Keeps at most `limit` values; the one used longest ago makes room. */
export class BoundedCache<V> {
  readonly #limit: number;
  readonly #values = new Map<string, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: string): V | undefined {
    const value = this.#values.get(name);
    if (value !== undefined) this.#moveToEnd(name, value);
    return value;
  }

  set(name: string, value: V): void {
    this.#moveToEnd(name, value);
    if (this.#values.size <= this.#limit) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest!);
  }

  // A Map iterates in the order of insertion, so its first entry is the one used longest ago.
  #moveToEnd(name: string, value: V): void {
    this.#values.delete(name);
    this.#values.set(name, value);
  }
}
