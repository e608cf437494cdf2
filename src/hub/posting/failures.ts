import { CounterfoilError, isCounterfoilError, messageOf } from '../../kernel/errors.ts';

/** What was not even tried because the connection does not work. */
export function unsent(end: CounterfoilError): CounterfoilError {
  const { code, retryAfter_ms } = end;
  return new CounterfoilError(code, {
    outcome: 'not_applied',
    detail: end.message,
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
  });
}

/** A success that cannot be read: the document may well be there. */
export function unreadable(cause: unknown): CounterfoilError {
  return isCounterfoilError(cause) && cause.outcome === 'unknown'
    ? cause
    : new CounterfoilError('provider.unreadable', { cause });
}

/** A failure of our own after the call began says nothing about the ledger: the outcome is unknown. */
export function asProviderError(error: unknown): CounterfoilError {
  if (isCounterfoilError(error)) return error;
  return new CounterfoilError('provider.connection_lost', {
    detail: `The call was broken off: ${messageOf(error)}`,
    cause: error,
  });
}

/** What concerns the whole connection ends the turn; what concerns one document does not. */
export function endsTurn(error: CounterfoilError): boolean {
  return (
    error.kind === 'auth' ||
    error.kind === 'throttled' ||
    error.code === 'provider.breaker_open' ||
    error.code === 'provider.unreachable'
  );
}
