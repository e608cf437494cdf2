import type { OperationUse } from './judge.ts';

/** What a connector says it calls, against what was seen on the wire. */
export interface Comparison {
  /** Called though not declared. */
  readonly undeclared: readonly string[];
  /** Declared and never called. */
  readonly unused: readonly string[];
}

export function compareOperations(declared: readonly string[], used: readonly OperationUse[]): Comparison {
  const seen = new Set(used.map(({ operation }) => operation));
  return {
    undeclared: [...seen].filter((operation) => !declared.includes(operation)),
    unused: declared.filter((operation) => !seen.has(operation)),
  };
}
