import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AssertionFailed, assert, unreachable } from './assert.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { CounterfoilError, isCounterfoilError, messageOf } from './errors.ts';
import { Secret } from './secret.ts';

describe('errors', () => {
  test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s says what happened and what to do', (code) => {
    const error = new CounterfoilError(code);
    expect(error).toMatchObject({ code, kind: ERROR_CODES[code].kind, outcome: ERROR_CODES[code].outcome });
    expect(error.message).toMatch(/\.$/);
    expect(error.remedy).toMatch(/\.$/);
  });

  test('circumstances decide the outcome and the words', () => {
    const error = new CounterfoilError('provider.timeout', { outcome: 'not_applied', detail: 'Not even sent.' });
    expect(error).toMatchObject({ outcome: 'not_applied', message: 'Not even sent.', kind: 'retryable' });
    expect(isCounterfoilError(error)).toBe(true);
    expect(isCounterfoilError(new Error('x'))).toBe(false);
  });

  test('one line tells the causes too', () => {
    const error = new Error('no answer', { cause: new Error('socket hang up') });
    expect(messageOf(error)).toBe('no answer: socket hang up');
    expect(messageOf('plain')).toBe('plain');
  });
});

describe('assertions', () => {
  test('they stop, and pass what is true', () => {
    expect(() => assert(1 > 0, 'never')).not.toThrow();
    expect(() => assert(0, 'zero is false')).toThrow(AssertionFailed);
    expect(() => unreachable('odd' as never, 'kind')).toThrow('kind: unexpected "odd"');
  });
});

describe('secrets', () => {
  test('they show nowhere but where they are revealed', () => {
    const secret = new Secret('sk_test_sandbox');
    const shown = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ a: [secret] })];
    for (const text of shown) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('sk_test_sandbox');
    }
    expect(Object.keys(secret)).toEqual([]);
    expect(secret.reveal()).toBe('sk_test_sandbox');
  });
});
