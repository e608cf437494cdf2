import { AsyncLocalStorage } from 'node:async_hooks';

/** Added to every line that is written while a request or a turn of work runs. */
export interface LogContext {
  readonly requestId?: string;
  readonly tenantId?: string;
  readonly connectionId?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work`, and all that it starts, with these fields in its log lines, beside those of a context around it. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** The fields in force here; empty outside of {@link withLogContext}. */
export function logContext(): LogContext {
  return storage.getStore() ?? {};
}
