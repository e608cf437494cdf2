/** A literal of the query language: quoted, with quotes and backslashes inside escaped. */
export function literal(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Without this condition name lists hide what was made inactive. */
export const ACTIVE_OR_NOT = 'Active IN (true,false)';

/** Rows asked for at once: the largest page of the query endpoint. Unsaid, it would be 100. */
export const PAGE_ROWS = 1_000;

export interface Select {
  readonly entity: string;
  /** Conditions that must all hold; the language has no OR. */
  readonly where: readonly string[];
  /** 1-based position of the first row. */
  readonly start: number;
}

/** The statement for one page, oldest change first: ids are no longer sortable. */
export function selectStatement({ entity, where, start }: Select): string {
  const condition = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  const order = 'ORDERBY MetaData.LastUpdatedTime';
  return `SELECT * FROM ${entity}${condition} ${order} STARTPOSITION ${start} MAXRESULTS ${PAGE_ROWS}`;
}
