import { DeadlinePassed } from '../../kernel/clock.ts';
import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError, type ErrorDetails, isCounterfoilError } from '../../kernel/errors.ts';
import { UndecodableBody } from './body.ts';
import { AnswerTooLarge, WireFailure } from './wire.ts';

/** What is known of a call when it fails. */
export interface FailedCall {
  /** Operation and host. */
  readonly name: string;
  /** The caller gave up; not the deadline. */
  readonly isStopped: boolean;
  readonly provider: NonNullable<ErrorDetails['provider']>;
}

/** The product's error for whatever ended an exchange, with the outcome that the circumstances prove. */
export function failureOf(error: unknown, call: FailedCall): CounterfoilError {
  if (error instanceof WireFailure) return withoutAnswer(error, call);
  if (error instanceof AnswerTooLarge) return tooLarge(error, call);
  if (error instanceof UndecodableBody) return unreadable(error, call);
  // A bug of ours, at a moment when the request may be out: it must not pass for "nothing happened".
  return new CounterfoilError('internal.unexpected', { detail: `${call.name}: failed unexpectedly.`, cause: error });
}

function withoutAnswer({ cause, mayHaveBeenSent }: WireFailure, call: FailedCall): CounterfoilError {
  if (isCounterfoilError(cause)) return cause;
  if (cause instanceof AnswerTooLarge || errorCode(cause) === 'UND_ERR_HEADERS_OVERFLOW') return tooLarge(cause, call);
  if (mayHaveBeenSent && errorName(cause) === 'HTTPParserError') return unreadable(cause, call);
  const code = codeWithoutAnswer(cause, mayHaveBeenSent, call.isStopped);
  return new CounterfoilError(code, {
    detail: `${call.name}: ${REASONS[code]}; ${mayHaveBeenSent ? 'the request may have arrived' : 'nothing was sent'}.`,
    outcome: mayHaveBeenSent ? 'unknown' : 'not_applied',
    cause,
  });
}

const REASONS = {
  'provider.timeout': 'no answer in time',
  'provider.connection_lost': 'the connection ended early',
  'provider.unreachable': 'no connection',
} as const satisfies Partial<Record<ErrorCode, string>>;

function codeWithoutAnswer(cause: unknown, mayHaveBeenSent: boolean, isStopped: boolean): keyof typeof REASONS {
  if (isStopped) return 'provider.connection_lost';
  if (cause instanceof DeadlinePassed || errorCode(cause) === 'UND_ERR_CONNECT_TIMEOUT') return 'provider.timeout';
  return mayHaveBeenSent ? 'provider.connection_lost' : 'provider.unreachable';
}

function tooLarge(cause: unknown, call: FailedCall): CounterfoilError {
  const detail = `${call.name}: the answer is larger than the limit.`;
  return new CounterfoilError('transport.answer_too_large', { detail, provider: call.provider, cause });
}

function unreadable(cause: unknown, call: FailedCall): CounterfoilError {
  const detail = `${call.name}: the answer could not be read.`;
  return new CounterfoilError('provider.unreadable', { detail, provider: call.provider, cause });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
