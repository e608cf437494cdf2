import { describe, expect, test } from 'vitest';
import type { CounterfoilError } from '../../kernel/errors.ts';
import type { Call } from './call.ts';
import { aCall } from './fixtures.ts';
import { targetOf } from './target.ts';

function codeOf(call: Call): string {
  try {
    targetOf(call);
  } catch (error) {
    return (error as CounterfoilError).code;
  }
  return 'allowed';
}

const selfHosted = (baseUrl: string, privateHostAllowed = false) =>
  aCall({ baseUrl, privateHostAllowed, allowedHosts: 'self_hosted' });

describe('the URL of a call', () => {
  test('joins base, prefix, path and query, everything encoded', () => {
    const { url } = targetOf(
      aCall({
        baseUrl: 'https://api.acmepay.example/3.0/',
        request: {
          path: '/lists/a%2Fb/members',
          query: [
            ['created[gte]', '1'],
            ['expand', 'a b&c'],
            ['expand', "d'é"],
          ],
        },
      }),
    );
    expect(url.href).toBe(
      'https://api.acmepay.example/3.0/lists/a%2Fb/members?created%5Bgte%5D=1&expand=a%20b%26c&expand=d%27%C3%A9',
    );
  });

  test('survives text that is not valid Unicode', () => {
    const { url } = targetOf(aCall({ request: { query: [['name', '\ud800']] } }));
    expect(url.search).toBe('?name=%EF%BF%BD');
  });

  for (const path of [
    '/customers/..',
    '/customers/%2e%2E/admin',
    '/./a',
    '//evil.example/a',
    'a',
    '',
    '/a?b',
    '/a#b',
    '/a\\b',
    '/a b',
    '/a\nb',
  ]) {
    test(`refuses the path ${JSON.stringify(path)}, so that no id leads elsewhere`, () => {
      expect(codeOf(aCall({ request: { path } }))).toBe('provider.invalid_request');
    });
  }
});

describe('the host list', () => {
  test.each([
    ['https://api.acmepay.example', 'allowed'],
    ['https://API.ACMEPAY.example:443/v2', 'allowed'],
    ['https://api.acmepay.example:8443', 'transport.host_not_allowed'],
    ['https://api.acmepay.example.evil.example', 'transport.host_not_allowed'],
    ['https://api.acmepay.example.', 'transport.host_not_allowed'],
    ['https://evil.example#api.acmepay.example', 'transport.host_not_allowed'],
    ['https://user:pass@api.acmepay.example', 'transport.host_not_allowed'],
    ['https://api.acmepay.example@evil.example', 'transport.host_not_allowed'],
    ['https://api.acmepay.example?x=1', 'transport.host_not_allowed'],
    ['ftp://api.acmepay.example', 'transport.host_not_allowed'],
    ['file:///etc/hosts', 'transport.host_not_allowed'],
    ['not a url', 'transport.host_not_allowed'],
  ])('%s: %s', (baseUrl, expected) => expect(codeOf(aCall({ baseUrl }))).toBe(expected));

  test('names ports that are not the usual one', () => {
    const call = aCall({
      baseUrl: 'https://127.0.0.1:4180',
      allowedHosts: ['127.0.0.1:4180'],
      privateHostAllowed: true,
    });
    expect(codeOf(call)).toBe('allowed');
  });
});

describe('addresses in the URL', () => {
  const OTHER_FORMS_OF_LOOPBACK = [
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ];
  for (const host of ['127.0.0.1', '10.0.0.1', '192.168.0.10', '100.64.0.1', '[fd00::1]', ...OTHER_FORMS_OF_LOOPBACK]) {
    test(`${host} is refused unless private hosts are allowed`, () => {
      expect(codeOf(selfHosted(`https://${host}`))).toBe('transport.private_address');
      expect(codeOf(selfHosted(`https://${host}`, true))).toBe('allowed');
    });
  }

  for (const host of [
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '0.0.0.0',
    '0',
    '[::]',
    '224.0.0.1',
    '255.255.255.255',
  ]) {
    test(`${host} is refused even when private hosts are allowed`, () => {
      expect(codeOf(selfHosted(`https://${host}`, true))).toBe('transport.private_address');
    });
  }

  test('a public address is fine', () => expect(codeOf(selfHosted('https://1.1.1.1'))).toBe('allowed'));
});

describe('plain http', () => {
  test('is refused to a host that is not listed as private', () => {
    expect(codeOf(selfHosted('http://btcpay.example'))).toBe('transport.host_not_allowed');
  });

  test('is refused to a public address even when listed', () => {
    expect(codeOf(selfHosted('http://1.1.1.1', true))).toBe('transport.private_address');
  });

  test('goes to private addresses only, also when the host is a name', () => {
    expect(targetOf(selfHosted('http://btcpay.home.example', true)).policy).toBe('private');
    expect(codeOf(selfHosted('http://192.168.1.5:23000', true))).toBe('allowed');
  });
});
