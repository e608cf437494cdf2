/** One documented limit of a provider, enforced before the call by a budget shared across processes. */
export interface RateLimit {
  readonly name: string;
  /** Who shares it: calls of one connection, of one provider account whatever the connection, or of our whole app. */
  readonly scope: 'connection' | 'app';
  /** Calls allowed in any window of `per_ms`. */
  readonly calls: number;
  readonly per_ms: number;
  /** `all` calls count against it, or only requests that name it in `budgets`. */
  readonly appliesTo: 'all' | 'named';
  /** Where the number is documented, and when it was read. */
  readonly source: string;
}
