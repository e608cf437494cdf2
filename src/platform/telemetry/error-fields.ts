import { isCounterfoilError } from '../../kernel/errors.ts';
import { scrub } from './scrub.ts';

/** What the log says of an error. Anything else an error carries, such as a driver's row data, stays out of it. */
export type ErrorFields = {
  readonly name: string;
  readonly message: string;
  /** Ours (`provider.timeout`) or the system's (`ECONNRESET`, SQLSTATE). */
  readonly code?: string;
  readonly kind?: string;
  readonly outcome?: string;
  readonly field?: string;
  readonly provider?: Readonly<Record<string, string | number>>;
  readonly stack?: string;
  readonly cause?: ErrorFields;
};

/** Causes shown of one error; a longer chain repeats itself. */
const MAX_CAUSES = 5;

/** The fields of an error and its causes; the stack only when asked, as it says more than a log kept for long should. */
export function errorFields(error: Error, withStack: boolean, depth = 0): ErrorFields {
  const cause = depth < MAX_CAUSES && error.cause instanceof Error ? error.cause : undefined;
  return {
    name: scrub(String(error.name)),
    message: scrub(String(error.message)),
    ...codeOf(error),
    ...ownFields(error),
    ...(withStack && typeof error.stack === 'string' ? { stack: scrub(error.stack) } : {}),
    ...(cause ? { cause: errorFields(cause, withStack, depth + 1) } : {}),
  };
}

function codeOf(error: Error): { code?: string } {
  return 'code' in error && typeof error.code === 'string' ? { code: scrub(error.code) } : {};
}

function ownFields(error: Error): Partial<ErrorFields> {
  if (!isCounterfoilError(error)) return {};
  const { kind, outcome, field, provider } = error;
  return {
    kind,
    outcome,
    ...(field === undefined ? {} : { field: scrub(field) }),
    ...(provider === undefined ? {} : { provider: providerFields(provider) }),
  };
}

function providerFields(provider: {
  status?: number;
  code?: string;
  requestId?: string;
}): Record<string, string | number> {
  return {
    ...(provider.status === undefined ? {} : { status: provider.status }),
    ...(provider.code === undefined ? {} : { code: scrub(provider.code) }),
    ...(provider.requestId === undefined ? {} : { requestId: scrub(provider.requestId) }),
  };
}
