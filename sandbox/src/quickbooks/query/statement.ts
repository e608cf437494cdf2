/** One comparison of a statement's WHERE part; all of them must hold. */
export interface Condition {
  readonly field: string;
  readonly operator: '=' | '<' | '>' | '<=' | '>=' | 'LIKE' | 'IN';
  readonly values: readonly string[];
}

/** A parsed query statement. */
export interface Statement {
  /** `*`, `count`, or the members asked for. */
  readonly select: '*' | 'count' | readonly string[];
  readonly entity: string;
  readonly where: readonly Condition[];
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
  /** 1-based. */
  readonly startPosition: number;
  readonly maxResults: number;
}

/** Rows in an answer when the statement names no number, and the most there can be. Source: Intuit, Data queries. */
export const DEFAULT_RESULTS = 100;
/** The most rows of one answer; a larger number is cut to it without a sign. */
export const MAX_RESULTS = 1000;
