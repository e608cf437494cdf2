/** One request, and what may be answered. */
export interface FuzzCase {
  readonly operation: string;
  /** Its number among the cases of the operation. */
  readonly index: number;
  /** What is odd about it. */
  readonly kind: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Statuses that are right; a 503 that says why is always. */
  readonly allowed: readonly number[];
}

/** An answer as it came over the socket; the status is null when there was none. */
export interface FuzzAnswer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  readonly took_ms: number;
  readonly failure: string | null;
}

export interface Failing {
  readonly operation: string;
  readonly case: number;
  readonly kind: string;
  readonly problem: string;
  readonly replay: string;
}

export function replayLine(seed: number, { operation, index }: Pick<FuzzCase, 'operation' | 'index'>): string {
  return `npm run fuzz -- --seed ${seed} --operation ${operation} --case ${index}`;
}
