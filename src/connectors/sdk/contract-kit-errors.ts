import { describe, expect, test } from 'vitest';
import type { ErrorCode, ErrorKind, Outcome } from '../../kernel/error-codes.ts';
import { type Json, writeJson } from '../../kernel/json.ts';
import type { ConnectorBase } from './connector.ts';
import type { ProviderRequest, ProviderResponse } from './http.ts';

/** One documented error answer of a provider and what it must become. */
export interface ErrorAnswer {
  readonly title: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is for what proxies send. */
  readonly body: Json;
  readonly request?: ProviderRequest;
  readonly expect: {
    readonly code: ErrorCode;
    readonly kind: ErrorKind;
    readonly outcome: Outcome;
    readonly field?: string;
    readonly retryAfter_ms?: number;
    /** Text that the person who reads the error needs, such as the missing permission. */
    readonly detail?: string;
  };
}

const ANY_REQUEST: ProviderRequest = { method: 'GET', path: '/any', operation: 'GET /any' };
/** Answers that no document mentions: classified with care, never a crash, never taken for a success. */
const STRANGE_STATUSES = [302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 599];
const STRANGE_BODIES = ['', '<html><body>busy</body></html>', '[]', '{}', 'null', '{"error":7}', '{"cut', '"text"'];

/** Tests that every documented error body has its kind and outcome, and that nothing else gets through. */
export function describeErrors(connector: ConnectorBase, answers: readonly ErrorAnswer[]): void {
  describe('errors', () => {
    for (const answer of answers) test(answer.title, () => expectError(connector, answer));

    test('a success is no error', () => {
      for (const status of [200, 201, 204]) {
        expect(connector.classify(ANY_REQUEST, { status, headers: {}, text: '{}' })).toBeNull();
      }
    });

    test('whatever else arrives with an error status is an error, and never a crash', () => {
      for (const status of STRANGE_STATUSES) {
        for (const text of STRANGE_BODIES) {
          const error = connector.classify(ANY_REQUEST, { status, headers: {}, text });
          expect(error?.provider?.status, `${status} ${text}`).toBe(status);
        }
      }
    });
  });
}

function expectError(connector: ConnectorBase, answer: ErrorAnswer): void {
  const error = connector.classify(answer.request ?? ANY_REQUEST, responseOf(answer));
  const { code, kind, outcome, field, retryAfter_ms, detail } = answer.expect;
  expect(error).toMatchObject({ code, kind, outcome });
  if (field !== undefined) expect(error?.field).toBe(field);
  if (retryAfter_ms !== undefined) expect(error?.retryAfter_ms).toBe(retryAfter_ms);
  if (detail !== undefined) expect(error?.message).toContain(detail);
}

function responseOf({ status, headers = {}, body }: ErrorAnswer): ProviderResponse {
  return { status, headers, text: typeof body === 'string' ? body : writeJson(body) };
}
