/** How the engine reacts to an error. */
export type ErrorKind = 'retryable' | 'throttled' | 'auth' | 'validation' | 'conflict' | 'permanent';

/** Whether the other side's state changed: `unknown` is the difference between a retry and a duplicate. */
export type Outcome = 'not_applied' | 'unknown' | 'applied';

/** What is said of an error code. */
export interface CodeEntry {
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  /** What happened. */
  readonly title: string;
  /** What to do, for the person who reads it. */
  readonly remedy: string;
}

/** A code's line in its table. */
export function entry(kind: ErrorKind, outcome: Outcome, title: string, remedy: string): CodeEntry {
  return { kind, outcome, title, remedy };
}
