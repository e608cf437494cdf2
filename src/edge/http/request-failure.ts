import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { RETRY_AFTER_S } from './limits.ts';
import { type Failure, failureOf } from './problem.ts';

/** What went wrong with a request, whoever noticed: the framework, a schema or a verb. */
export function requestFailure(error: unknown): Failure {
  if (hasZodFastifySchemaValidationErrors(error)) return schemaFailure(error);
  return isFastifyError(error) ? frameworkFailure(error) : failureOf(error);
}

type SchemaError = Parameters<typeof schemaFailure>[0];

function schemaFailure(error: {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[];
  readonly validationContext?: string | undefined;
}): Failure {
  // An id that cannot be one of ours names nothing.
  if (error.validationContext === 'params') return { code: 'request.not_found', status: 404 };
  const wrong = error.validation.flatMap(wrongParts);
  return {
    code: 'request.invalid',
    status: 400,
    detail: wrong.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join(' · '),
    field: wrong[0]?.field || undefined,
  };
}

function wrongParts(issue: SchemaError['validation'][number]): { readonly field: string; readonly message: string }[] {
  const { keys } = issue.params as { readonly keys?: readonly string[] };
  if (keys !== undefined) return keys.map((key) => ({ field: key, message: 'There is no such parameter.' }));
  const field = issue.instancePath.slice(1).replaceAll('/', '.');
  return [{ field, message: issue.message ?? 'Not acceptable.' }];
}

function isFastifyError(error: unknown): error is FastifyError & { readonly statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  405: 'This method is not served here.',
  413: 'The body is too large.',
  414: 'The address is too long.',
  415: 'Bodies of this media type are not taken.',
};

/** The framework's own words are for programmers, and may quote the request. */
function frameworkFailure(error: FastifyError & { readonly statusCode: number }): Failure {
  const { statusCode: status, code } = error;
  if (code === 'FST_ERR_HANDLER_TIMEOUT')
    return { code: 'store.busy', status: 503, detail: 'The answer took too long.', retryAfter_s: RETRY_AFTER_S };
  if (status < 400 || status >= 500) return failureOf(error);
  return { code: 'request.invalid', status, detail: REFUSALS[status] ?? REFUSALS[400] };
}
