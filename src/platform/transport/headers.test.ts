import { describe, expect, test } from 'vitest';
import { Secret } from '../../kernel/secret.ts';
import { aCall } from './fixtures.ts';
import { requestHeaders } from './headers.ts';

describe('the headers of a call', () => {
  test('are those of the connector, the request and the credential, in lower case', () => {
    const call = aCall({
      request: {
        headers: { 'Idempotency-Key': 'pst_1' },
        body: { contentType: 'application/x-www-form-urlencoded', text: 'amount=1' },
      },
    });
    expect(requestHeaders(call)).toEqual({
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'acme-version': '2026-11-01',
      authorization: 'Bearer token-of-acme',
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': 'pst_1',
      'user-agent': 'counterfoil',
    });
  });

  test('let the request win over the connector, and the credential over both', () => {
    const call = aCall({
      headers: { Accept: 'text/csv', authorization: 'forged' },
      request: { headers: { accept: 'application/pdf', AUTHORIZATION: 'forged' } },
    });
    expect(requestHeaders(call)).toMatchObject({ accept: 'application/pdf', authorization: 'Bearer token-of-acme' });
  });

  test.each(['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'bad name', ''])(
    'refuse %j from a connector',
    (name) => {
      expect(() => requestHeaders(aCall({ headers: { [name]: 'x' } }))).toThrow(/not its own to set/);
    },
  );

  test.each(['a\r\nx-injected: 1', 'a\nb', 'a\u0000b', 'naïve'])('refuse the value %j', (value) => {
    expect(() => requestHeaders(aCall({ request: { headers: { 'x-note': value } } }))).toThrow(/cannot be sent/);
  });

  test('ask to reconnect, without repeating it, when the credential has a line break in it', () => {
    const call = aCall({ auth: { header: 'authorization', value: new Secret('Bearer abc\ndef') } });
    expect(() => requestHeaders(call)).toThrow(
      expect.objectContaining({ code: 'provider.unauthorized', message: expect.not.stringContaining('abc') }),
    );
  });
});
