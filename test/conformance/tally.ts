/** How often each name was seen, in the order of first sight. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Counts one more; names keep the order of their first appearance. */
  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  entries(): { readonly name: string; readonly count: number }[] {
    return [...this.#counts].map(([name, count]) => ({ name, count }));
  }
}
