import type { Row, Table } from '../../core/table.ts';

/** The row, or an error that names what is missing: verbs are called by tests and generators, not by clients. */
export function need<T extends Row>(table: Table<T>, id: string): T {
  const row = table.get(id);
  if (!row) throw new Error(`no such object: ${id}`);
  return row;
}

/** The moment of a verb, given in Unix seconds, in milliseconds. */
export function momentOf(input: { readonly at: number }): number {
  if (!Number.isFinite(input.at) || input.at < 0) throw new RangeError(`at must be Unix seconds, not ${input.at}`);
  return Math.round(input.at * 1000);
}
