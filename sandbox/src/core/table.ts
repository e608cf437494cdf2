export interface Row {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
}

export interface PageRequest<T> {
  readonly limit: number;
  readonly startingAfter?: string | undefined;
  readonly endingBefore?: string | undefined;
  readonly keep?: ((row: T) => boolean) | undefined;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly hasMore: boolean;
}

/** Rows of one kind by id and by creation time; rows of one second keep the order in which they were added. */
export class Table<T extends Row> {
  readonly #byId = new Map<string, T>();
  /** Oldest first. */
  readonly #ordered: T[] = [];

  add(row: T): T {
    if (this.#byId.has(row.id)) throw new Error(`duplicate id ${row.id}`);
    this.#byId.set(row.id, row);
    this.#ordered.splice(this.#positionAfter(row.created), 0, row);
    return row;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  remove(id: string): boolean {
    const row = this.#byId.get(id);
    if (!row) return false;
    this.#byId.delete(id);
    this.#ordered.splice(this.#indexOf(row), 1);
    return true;
  }

  /** Oldest first. */
  all(): readonly T[] {
    return this.#ordered;
  }

  get size(): number {
    return this.#ordered.length;
  }

  /** Newest first; null when a cursor names no row of this table. */
  page(request: PageRequest<T>): Page<T> | null {
    if (request.endingBefore !== undefined) return this.#pageBefore(request, request.endingBefore);
    let index = this.#ordered.length - 1;
    if (request.startingAfter !== undefined) {
      const cursor = this.#byId.get(request.startingAfter);
      if (!cursor) return null;
      index = this.#indexOf(cursor) - 1;
    }
    return this.#collect(request, index, -1);
  }

  #pageBefore(request: PageRequest<T>, endingBefore: string): Page<T> | null {
    const cursor = this.#byId.get(endingBefore);
    if (!cursor) return null;
    const page = this.#collect(request, this.#indexOf(cursor) + 1, 1);
    return { rows: [...page.rows].reverse(), hasMore: page.hasMore };
  }

  #collect({ limit, keep }: PageRequest<T>, start: number, step: 1 | -1): Page<T> {
    const rows: T[] = [];
    for (let index = start; index >= 0 && index < this.#ordered.length; index += step) {
      const row = this.#ordered[index];
      if (row === undefined || (keep && !keep(row))) continue;
      if (rows.length === limit) return { rows, hasMore: true };
      rows.push(row);
    }
    return { rows, hasMore: false };
  }

  /** The first position whose row was created after that second. */
  #positionAfter(created: number): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ordered[middle]?.created ?? 0) <= created) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexOf(row: T): number {
    let index = this.#positionAfter(row.created) - 1;
    while (index >= 0 && this.#ordered[index] !== row) index -= 1;
    return index;
  }
}
