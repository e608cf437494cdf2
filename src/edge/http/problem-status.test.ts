import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { statusOf } from './problem-status.ts';

describe('the status of an error', () => {
  const cases: readonly (readonly [ErrorCode, number])[] = [
    ['request.invalid', 400],
    ['request.unauthorized', 401],
    ['provider.forbidden', 403],
    ['request.not_found', 404],
    ['provider.conflict', 409],
    ['webhook.too_large', 413],
    ['posting.unmatched', 422],
    ['provider.throttled', 429],
    ['internal.unexpected', 500],
    ['provider.unsupported', 501],
    ['provider.timeout', 503],
    ['store.busy', 503],
    ['store.schema_newer', 503],
    ['vault.key_missing', 503],
  ];
  for (const [code, status] of cases)
    test(`${code} is ${status}`, () => expect(statusOf(new CounterfoilError(code))).toBe(status));

  test('is one of an error for every code', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const status = statusOf(new CounterfoilError(code));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    }
  });
});
