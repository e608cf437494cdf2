import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import { type CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import { RETRY_AFTER_S } from './limits.ts';
import { statusOf } from './problem-status.ts';

/** An error as it crosses HTTP, by RFC 9457. `code` is the stable name, `type` the same as a URI. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly remedy: string;
  /** The parameter or field that is wrong. */
  readonly field?: string;
  readonly requestId: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem before it is known which request it answers. */
export interface Failure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly field?: string | undefined;
  /** Seconds; set for failures that pass. */
  readonly retryAfter_s?: number | undefined;
}

export function toProblem({ code, status, detail, field }: Failure, requestId: string): Problem {
  const { title, remedy } = ERROR_CODES[code];
  return {
    type: `urn:counterfoil:error:${code}`,
    title,
    status,
    code,
    detail: detail ?? title,
    remedy,
    ...(field === undefined ? {} : { field }),
    requestId,
  };
}

/** What an error means to the caller. Whatever is not ours tells nothing of itself. */
export function failureOf(error: unknown): Failure {
  return isCounterfoilError(error) ? knownFailure(error) : { code: 'internal.unexpected', status: 500 };
}

function knownFailure(error: CounterfoilError): Failure {
  const status = statusOf(error);
  return {
    code: error.code,
    status,
    detail: error.message,
    field: error.field,
    retryAfter_s: status === 503 || status === 429 ? waitOf(error) : undefined,
  };
}

function waitOf({ retryAfter_ms }: CounterfoilError): number {
  return retryAfter_ms === undefined ? RETRY_AFTER_S : Math.max(1, Math.ceil(retryAfter_ms / 1_000));
}
