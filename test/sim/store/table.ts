/** Undoes one change of a table. */
type Undo = () => void;

/** Collects what must be undone while a transaction is open. */
export class Journal {
  #undo: Undo[] | null = null;

  note(undo: Undo): void {
    this.#undo?.push(undo);
  }

  begin(): void {
    this.#undo = [];
  }

  commit(): void {
    this.#undo = null;
  }

  rollback(): void {
    const undo = this.#undo ?? [];
    this.#undo = null;
    for (const step of undo.reverse()) step();
  }
}

export interface TableOptions<Row, IndexName extends string> {
  readonly name: string;
  readonly journal: Journal;
  /** The primary key as text. */
  readonly keyOf: (row: Row) => string;
  /** Secondary keys; null leaves the row out of that index. */
  readonly indexes?: { readonly [name in IndexName]: (row: Row) => string | null };
}

/**
 * Rows of one table in memory. A row is never changed in place: {@link Table.update} puts a changed copy in its stead,
 * so what was read stays what it was and a rollback puts the old row back.
 */
export class Table<Row extends object, IndexName extends string = never> {
  readonly name: string;
  readonly #rows = new Map<string, Row>();
  readonly #journal: Journal;
  readonly #keyOf: (row: Row) => string;
  readonly #indexes: { readonly name: IndexName; readonly of: (row: Row) => string | null }[];
  readonly #keys = new Map<IndexName, Map<string, Map<string, Row>>>();

  constructor(options: TableOptions<Row, IndexName>) {
    this.name = options.name;
    this.#journal = options.journal;
    this.#keyOf = options.keyOf;
    this.#indexes = (Object.keys(options.indexes ?? {}) as IndexName[]).map((name) => ({
      name,
      of: options.indexes![name],
    }));
    for (const { name } of this.#indexes) this.#keys.set(name, new Map());
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** In the order of insertion. */
  all(): Row[] {
    return [...this.#rows.values()];
  }

  where(test: (row: Row) => boolean): Row[] {
    const found: Row[] = [];
    for (const row of this.#rows.values()) if (test(row)) found.push(row);
    return found;
  }

  /** Rows of an index, in no order that means anything. */
  by(index: IndexName, key: string): Row[] {
    const found = this.#keys.get(index)!.get(key);
    return found === undefined ? [] : [...found.values()];
  }

  /** Throws when the key is taken, as a primary key does. */
  insert(row: Row): Row {
    const key = this.#keyOf(row);
    if (this.#rows.has(key)) throw new Error(`${this.name}: ${key} is there already`);
    this.#set(key, row);
    this.#journal.note(() => this.#remove(key));
    return row;
  }

  /** Throws when there is no such row. The key must stay the same. */
  update(key: string, change: Partial<Row>): Row {
    const before = this.#rows.get(key);
    if (before === undefined) throw new Error(`${this.name}: ${key} is not there`);
    const after = { ...before, ...change };
    this.#set(key, after);
    this.#journal.note(() => this.#set(key, before));
    return after;
  }

  /** Answers the row that was there. */
  delete(key: string): Row | undefined {
    const before = this.#rows.get(key);
    if (before === undefined) return undefined;
    this.#remove(key);
    this.#journal.note(() => this.#set(key, before));
    return before;
  }

  #set(key: string, row: Row): void {
    const before = this.#rows.get(key);
    if (before !== undefined) this.#unindex(key, before);
    this.#rows.set(key, row);
    for (const { name, of } of this.#indexes) {
      const value = of(row);
      if (value === null) continue;
      const bucket = this.#keys.get(name)!;
      const rows = bucket.get(value);
      if (rows === undefined) bucket.set(value, new Map([[key, row]]));
      else rows.set(key, row);
    }
  }

  #remove(key: string): void {
    this.#unindex(key, this.#rows.get(key)!);
    this.#rows.delete(key);
  }

  #unindex(key: string, row: Row): void {
    for (const { name, of } of this.#indexes) {
      const value = of(row);
      if (value === null) continue;
      const bucket = this.#keys.get(name)!;
      const rows = bucket.get(value);
      rows?.delete(key);
      if (rows?.size === 0) bucket.delete(value);
    }
  }
}
