import type { Outcome } from '../../kernel/error-codes.ts';
import { type CounterfoilError, isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { ExitName } from './exit-codes.ts';

/** A command that cannot go on, with the way it ends: what happened, and what to do. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exit: ExitName;
  readonly remedy: string;

  constructor(exit: ExitName, message: string, remedy: string) {
    super(message);
    this.exit = exit;
    this.remedy = remedy;
  }
}

/** How an error is told: to a person line by line, to a script as `error`. */
export interface ToldFailure {
  readonly exit: ExitName;
  /** Null for an error that was not foreseen, or of the command line itself. */
  readonly code: string | null;
  readonly message: string;
  /** Whether the books changed. */
  readonly books: string;
  readonly remedy: string;
  readonly field: string | null;
}

const BOOKS: Readonly<Record<Outcome, string>> = {
  not_applied: 'The books were not changed by this.',
  unknown: 'Whether the books changed is not certain; it is looked up before anything is sent again.',
  applied: 'The books were changed.',
};

const UNFORESEEN_REMEDY = 'Please report it with what you did; `counterfoil doctor` may show the cause.';

/** Whatever was thrown, told. */
export function tellFailure(error: unknown): ToldFailure {
  if (error instanceof CliFailure) {
    const { exit, message, remedy } = error;
    return { exit, code: null, message, books: BOOKS.not_applied, remedy, field: null };
  }
  if (isCounterfoilError(error)) {
    const { code, outcome, remedy, field } = error;
    return {
      exit: exitOf(error),
      code,
      message: messageOf(error),
      books: BOOKS[outcome],
      remedy,
      field: field ?? null,
    };
  }
  return {
    exit: 'failed',
    code: null,
    message: messageOf(error),
    books: BOOKS.unknown,
    remedy: UNFORESEEN_REMEDY,
    field: null,
  };
}

const USAGE = [
  'config.invalid',
  'request.invalid',
  'request.not_found',
  'connection.not_found',
  'oauth.not_configured',
  'oauth.address_not_allowed',
];
const LOCKED = ['data_directory.locked', 'engine.lease_lost'];

/** Which end of a command an error is. */
export function exitOf({ code, kind }: Pick<CounterfoilError, 'code' | 'kind'>): ExitName {
  if (USAGE.includes(code)) return 'usage';
  if (LOCKED.includes(code)) return 'locked';
  if (kind === 'auth' && !/^(request|access)\./.test(code)) return 'reconnect';
  const isProviders = code.startsWith('provider.');
  return isProviders && (kind === 'retryable' || kind === 'throttled') ? 'unavailable' : 'failed';
}

/** As lines for standard error. */
export function failureText({ message, books, remedy, code }: ToldFailure): string {
  return [`error: ${message}`, books, remedy, ...(code === null ? [] : [`(${code})`])].join('\n  ');
}
