/** How a table's values become something JSON can carry, and back. The stored form is never null. */
export interface Codec<T> {
  encode(value: T): unknown;
  decode(stored: unknown): T;
}

type Listener<T> = (key: string, before: T | undefined, after: T | undefined) => void;

/** One map of the state. Written only inside `Store.atomically`. */
export interface Table<T> {
  get(key: string): T | undefined;
  has(key: string): boolean;
  set(key: string, value: T): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, T]>;
  readonly size: number;
  /** Keeps an index: told of each write, of each undone write, and of each value of a restored state. */
  onChange(listener: Listener<T>): void;
}

/** What one request changed: the last value of each key it wrote, null for a removed one, in `seq` order from 1. */
export interface Mutation {
  readonly seq: number;
  readonly writes: readonly (readonly [table: string, key: string, stored: unknown])[];
}

interface StoredState {
  readonly seq: number;
  readonly tables: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
}

/**
 * The whole state as named tables with all-or-nothing writes. The outermost `atomically` that changed something is one
 * mutation; replaying all mutations on a fresh store, or on the snapshot taken before them, gives the same state.
 */
export class Store {
  readonly #tables = new Map<string, MapTable<unknown>>();
  readonly #undo: (() => void)[] = [];
  #touched = new Map<string, readonly [MapTable<unknown>, string]>();
  #depth = 0;
  #seq = 0;
  #listener: ((mutation: Mutation) => void) | undefined;

  table<T>(name: string, codec: Codec<T>): Table<T> {
    const table = new MapTable<T>(name, codec, (key, restore) => this.#written(name, key, restore));
    this.#tables.set(name, table as unknown as MapTable<unknown>);
    return table;
  }

  /** Told of each mutation, after it took effect and before the request is answered; undefined tells nobody. */
  onCommit(listener: ((mutation: Mutation) => void) | undefined): void {
    this.#listener = listener;
  }

  /** Runs the work; when it throws, all it wrote is undone. Nested: an inner failure undoes the inner part. */
  atomically<R>(work: () => R): R {
    const mark = this.#undo.length;
    this.#depth += 1;
    try {
      return work();
    } catch (error) {
      while (this.#undo.length > mark) this.#undo.pop()!();
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#commit();
    }
  }

  snapshot(): unknown {
    const tables: Record<string, readonly (readonly [string, unknown])[]> = {};
    for (const [name, table] of this.#tables) tables[name] = table.dump();
    return { seq: this.#seq, tables } satisfies StoredState;
  }

  restore(state: unknown): void {
    const stored = state as StoredState;
    for (const [name, table] of this.#tables) table.load(stored.tables[name] ?? []);
    this.#seq = stored.seq;
  }

  /** Replays a mutation. Those already in the state are passed over, a gap throws. */
  apply(mutation: Mutation): void {
    if (mutation.seq <= this.#seq) return;
    if (mutation.seq !== this.#seq + 1) throw new Error(`mutation ${mutation.seq} does not follow ${this.#seq}`);
    for (const [name, key, stored] of mutation.writes) this.#tables.get(name)?.put(key, stored);
    this.#seq = mutation.seq;
  }

  #written(name: string, key: string, restore: () => void): void {
    if (this.#depth === 0) throw new Error(`${name}/${key} was written outside an atomic step`);
    this.#undo.push(restore);
    this.#touched.set(`${name}\n${key}`, [this.#tables.get(name)!, key]);
  }

  #commit(): void {
    const touched = this.#touched;
    this.#touched = new Map();
    const wrote = this.#undo.length > 0;
    this.#undo.length = 0;
    if (!wrote) return;
    this.#seq += 1;
    if (this.#listener === undefined) return;
    const writes = [...touched.values()].map(([table, key]) => [table.name, key, table.stored(key)] as const);
    this.#listener({ seq: this.#seq, writes });
  }
}

class MapTable<T> implements Table<T> {
  readonly name: string;
  readonly #codec: Codec<T>;
  readonly #written: (key: string, restore: () => void) => void;
  readonly #values = new Map<string, T>();
  readonly #listeners: Listener<T>[] = [];

  constructor(name: string, codec: Codec<T>, written: (key: string, restore: () => void) => void) {
    this.name = name;
    this.#codec = codec;
    this.#written = written;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: T): void {
    const before = this.#values.get(key);
    this.#written(key, () => this.#replace(key, before));
    this.#replace(key, value);
  }

  delete(key: string): void {
    const before = this.#values.get(key);
    if (before === undefined) return;
    this.#written(key, () => this.#replace(key, before));
    this.#replace(key, undefined);
  }

  entries(): IterableIterator<[string, T]> {
    return this.#values.entries();
  }

  onChange(listener: Listener<T>): void {
    this.#listeners.push(listener);
  }

  stored(key: string): unknown {
    const value = this.#values.get(key);
    return value === undefined ? null : this.#codec.encode(value);
  }

  put(key: string, stored: unknown): void {
    this.#replace(key, stored === null ? undefined : this.#codec.decode(stored));
  }

  dump(): (readonly [string, unknown])[] {
    return [...this.#values].map(([key, value]) => [key, this.#codec.encode(value)] as const);
  }

  load(rows: readonly (readonly [string, unknown])[]): void {
    for (const key of [...this.#values.keys()]) this.#replace(key, undefined);
    for (const [key, stored] of rows) this.put(key, stored);
  }

  #replace(key: string, value: T | undefined): void {
    const before = this.#values.get(key);
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    for (const listener of this.#listeners) listener(key, before, value);
  }
}

/** A codec for values that JSON carries as they are. */
export function plain<T>(): Codec<T> {
  return { encode: (value) => value, decode: (stored) => stored as T };
}
