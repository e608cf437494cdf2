import { describe, expect, test } from 'vitest';
import { DeadlinePassed } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { UndecodableBody } from './body.ts';
import { failureOf } from './failure.ts';
import { AnswerTooLarge, WireFailure } from './wire.ts';

const call = { name: 'POST /v1/refunds at api.acmepay.example', isStopped: false, provider: { status: 200 } };
const coded = (code: string, name = 'Error') => Object.assign(new Error('made up'), { code, name });

describe('what ended a call', () => {
  test.each<[string, unknown, string, string]>([
    ['the deadline before sending', new WireFailure(false, new DeadlinePassed(5)), 'provider.timeout', 'not_applied'],
    ['the deadline after sending', new WireFailure(true, new DeadlinePassed(5)), 'provider.timeout', 'unknown'],
    [
      'a connect attempt that takes too long',
      new WireFailure(false, coded('UND_ERR_CONNECT_TIMEOUT')),
      'provider.timeout',
      'not_applied',
    ],
    ['a refused connection', new WireFailure(false, coded('ECONNREFUSED')), 'provider.unreachable', 'not_applied'],
    [
      'a certificate that does not fit',
      new WireFailure(false, coded('ERR_TLS_CERT_ALTNAME_INVALID')),
      'provider.unreachable',
      'not_applied',
    ],
    ['a reset', new WireFailure(true, coded('ECONNRESET')), 'provider.connection_lost', 'unknown'],
    [
      'headers without end',
      new WireFailure(true, coded('UND_ERR_HEADERS_OVERFLOW')),
      'transport.answer_too_large',
      'unknown',
    ],
    ['a body that is too large', new WireFailure(true, new AnswerTooLarge()), 'transport.answer_too_large', 'unknown'],
    ['a body that unpacks too large', new AnswerTooLarge(), 'transport.answer_too_large', 'unknown'],
    [
      'something that is no HTTP',
      new WireFailure(true, coded('HPE_INVALID_CONSTANT', 'HTTPParserError')),
      'provider.unreadable',
      'unknown',
    ],
    ['bytes that are no text', new UndecodableBody('x'), 'provider.unreadable', 'unknown'],
    ['a bug', new TypeError('x is not a function'), 'internal.unexpected', 'unknown'],
  ])('%s', (_what, error, code, outcome) => {
    expect(failureOf(error, call)).toMatchObject({ code, outcome, message: expect.stringContaining(call.name) });
  });

  test('a refusal of ours stays what it is', () => {
    const refusal = new CounterfoilError('transport.private_address');
    expect(failureOf(new WireFailure(false, refusal), call)).toBe(refusal);
  });

  test('a caller that stops is no deadline', () => {
    const failure = failureOf(new WireFailure(true, new Error('stopped')), { ...call, isStopped: true });
    expect(failure).toMatchObject({ code: 'provider.connection_lost', outcome: 'unknown' });
  });
});
