import { CounterfoilError, isCounterfoilError, messageOf } from '../../kernel/errors.ts';

/** SQLSTATE classes that mean "the database is not there or not able now", not "the statement is wrong". */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58'];
const SERIALIZATION_FAILURES = ['40001', '40P01', '55P03'];
const SOCKET_FAILURES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
];

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function isSerializationFailure(error: unknown): boolean {
  return SERIALIZATION_FAILURES.includes(codeOf(error));
}

/** An outage becomes `store.unavailable`; anything else stays what it is, because it is a bug to be seen. */
export function toStoreError(error: unknown): unknown {
  if (isCounterfoilError(error) || !isOutage(error)) return error;
  return new CounterfoilError('store.unavailable', {
    detail: `The database cannot be used: ${messageOf(error)}`,
    cause: error,
  });
}

/** The same work may succeed when it is run again: the database was away, or somebody else was quicker. */
export function mayPass(error: unknown): boolean {
  return isSerializationFailure(error) || toStoreError(error) instanceof CounterfoilError;
}

function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE_CLASSES.some((start) => code.length === 5 && code.startsWith(start))) return true;
  if (SOCKET_FAILURES.includes(code)) return true;
  // The driver gives these no code.
  return (
    error instanceof Error &&
    /^(Connection terminated|timeout exceeded when trying to connect|Client (was|has) .* not queryable$)/.test(
      error.message,
    )
  );
}
