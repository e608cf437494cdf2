import type { Row } from '../../core/table.ts';

export type Fields = { [field: string]: unknown };

/** An object of the API with what the sandbox needs to know besides. Moments are milliseconds since 1970. */
export interface Kept<Show = Fields> extends Row {
  readonly id: string;
  readonly created: number;
  updated: number;
  version: number;
  /** What the API shows, but for id, moments and version. */
  show: Show;
}

/** The parts of a new row that are the same for all kinds. */
export function fresh(id: string, at: number): { id: string; created: number; updated: number; version: number } {
  return { id, created: at, updated: at, version: 1 };
}

/** Notes that a row has changed. */
export function changed(row: Kept<unknown>, at: number): void {
  row.updated = Math.max(row.updated, at);
  row.version += 1;
}
