import { ERROR_CODES, type ErrorCode, type ErrorKind, type Outcome } from './error-codes.ts';

export interface ErrorDetails {
  /** What happened, for a person; never contains a secret or personal data. */
  readonly detail?: string;
  /** Path of the field that is wrong, such as `lines[0].amount`. */
  readonly field?: string;
  /** Overrides the code's own outcome, when the circumstances decide it (a time-out before or after sending). */
  readonly outcome?: Outcome;
  readonly cause?: unknown;
  /** How long the other side asked to be left alone. */
  readonly retryAfter_ms?: number;
  /** Status and code as the provider gave them, for the record. */
  readonly provider?: { readonly status?: number; readonly code?: string; readonly requestId?: string };
}

/**
 * Every failure that the product expects. `kind` says how the engine reacts, `outcome` whether the other side's state
 * changed, `code` is stable and documented in `docs/reference/errors.md`.
 */
export class CounterfoilError extends Error {
  override readonly name = 'CounterfoilError';
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  readonly field: string | undefined;
  readonly retryAfter_ms: number | undefined;
  readonly provider: ErrorDetails['provider'];

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const known = ERROR_CODES[code];
    super(details.detail ?? known.title, { cause: details.cause });
    this.code = code;
    this.kind = known.kind;
    this.outcome = details.outcome ?? known.outcome;
    this.field = details.field;
    this.retryAfter_ms = details.retryAfter_ms;
    this.provider = details.provider;
  }

  /** What the user should do. */
  get remedy(): string {
    return ERROR_CODES[this.code].remedy;
  }
}

export function isCounterfoilError(error: unknown): error is CounterfoilError {
  return error instanceof CounterfoilError;
}

/** One line for a log or a screen, with nested causes, from whatever was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${messageOf(error.cause)}` : '';
  return `${error.message}${cause}`;
}
