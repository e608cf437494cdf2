import { describe, expect, test } from 'vitest';
import { isSecretField } from './credential-patterns.ts';
import { scrub } from './scrub.ts';

const C = 'Canary4242canary4242';

describe('text on its way to the log', () => {
  test.each([
    [`sk_live_${C}`, '[secret]'],
    [`key sk_test_${C}, rejected`, 'key [secret], rejected'],
    [`rk_live_${C}`, '[secret]'],
    [`whsec_${C}+/=`, '[secret]'],
    [`cf_local_${C}`, '[secret]'],
    [`Authorization: Bearer ${C}`, 'Authorization: [secret]'],
    [`sent bearer ${C}.`, 'sent Bearer [secret]'],
    [`Basic ${Buffer.from(`user:${C}`).toString('base64')}`, 'Basic [secret]'],
    [`token ${C}`, 'token [secret]'],
    [`eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIx${C}.sig-${C}_x tail`, '[secret] tail'],
    [`EAAA${C}abcdefgh`, '[secret]'],
    [`sq0csp-${C}abc`, '[secret]'],
    [`RT1-12-H0-${C}abc`, '[secret]'],
    ['0123456789abcdef0123456789abcdef-us19', '[secret]'],
    [`postgres://owner:${C}@db.internal:5432/books`, 'postgres://[secret]@db.internal:5432/books'],
    [`postgres://owner:p@${C}@db/books`, 'postgres://[secret]@db/books'],
    [`GET /v1/x?limit=3&api_key=${C}&page=2`, 'GET /v1/x?limit=3&api_key=[secret]&page=2'],
    [`https://x.test/cb?code=${C}&state=${C}#top`, 'https://x.test/cb?code=[secret]&state=[secret]#top'],
    [`https://x.test/?key=${C}`, 'https://x.test/?key=[secret]'],
    [`https://x.test/?sort_key=${C}&signature=${C}`, 'https://x.test/?sort_key=[secret]&signature=[secret]'],
    [
      `https://x.test/?to=https%3A%2F%2Fy%3Ftoken%3D${C}%26a%3D1`,
      'https://x.test/?to=https%3A%2F%2Fy%3Ftoken%3D[secret]%26a%3D1',
    ],
    [`grant_type=refresh_token&refresh_token=${C}`, 'grant_type=refresh_token&refresh_token=[secret]'],
    [`client_secret=${C}`, 'client_secret=[secret]'],
    [`{"access_token":"${C}","expires_in":3600}`, '{"access_token":"[secret]","expires_in":3600}'],
    [`{"password": "with \\" ${C}"}`, '{"password": "[secret]"}'],
    [`"{\\"clientSecret\\":\\"${C}\\"}"`, '"{\\"clientSecret\\":\\"[secret]\\"}"'],
    [`Cookie: a=${C}; b=${C}\r\nHost: x.test`, 'Cookie: [secret]\r\nHost: x.test'],
    [`intuit-signature: ${C}`, 'intuit-signature: [secret]'],
    [`POST /webhooks/stripe/${C}`, 'POST /webhooks/stripe/[secret]'],
    [`GET /pay/${C}?lang=en`, 'GET /pay/[secret]?lang=en'],
    [`-----BEGIN RSA PRIVATE KEY-----\n${C}\n${C}\n-----END RSA PRIVATE KEY----- after`, '[secret] after'],
    [`-----BEGIN PRIVATE KEY-----\n${C}`, '[secret]'],
  ])('%j loses its credential and nothing else', (text, clean) => {
    expect(scrub(text)).toBe(clean);
    expect(scrub(text)).not.toContain(C);
  });

  test.each([
    'The provider refused the credential.',
    'Send the local token as `Authorization`, it has expired',
    'a token acknowledged by basic authentication and basic subscriptions',
    'Posting pst_0123456789abcdefghjkmnpqrstvwxyz waits: no account for role FEES',
    'GET /v3/company/123/query?minorversion=75&limit=100',
    'https://x.test/invoices?number=INV-7&status=open',
    'connect ECONNREFUSED 127.0.0.1:5432',
    '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
    'mail to owner@example.com',
  ])('%j is left as it is', (text) => {
    expect(scrub(text)).toBe(text);
  });

  test('a long text is cut, and a credential at the cut does not come through in part', () => {
    const text = `${'x'.repeat(8_185)} sk_live_${C}${'y'.repeat(100_000)}`;
    expect(scrub(text).length).toBeLessThan(8_300);
    expect(scrub(text)).toContain(`(${text.length} characters)`);
    expect(scrub(text)).not.toMatch(/sk_live|Canary/);
  });

  test.each([
    ['eyJ', 'eyJ'.repeat(40_000)],
    ['dots', 'a.'.repeat(60_000)],
    ['question marks', '?a_'.repeat(40_000)],
    ['spaces', `token ${' '.repeat(120_000)}`],
    ['addresses', '://a'.repeat(30_000)],
    ['key headers', '-----BEGIN PRIVATE KEY-----'.repeat(4_000)],
    ['quotes', 'token":"\\"'.repeat(12_000)],
    ['one long word', 'a'.repeat(120_000)],
    ['escaped parameters', 'secret=%2'.repeat(13_000)],
    ['words of authentication', 'basic a'.repeat(17_000)],
  ])('hostile text made of %s does not take long', (_name, text) => {
    const before = process.cpuUsage();
    scrub(text);
    const { user } = process.cpuUsage(before);
    expect(user).toBeLessThan(1_000_000);
  });
});

describe('names of fields', () => {
  test.each([
    'token',
    'accessToken',
    'refresh_token',
    'apiKey',
    'api_key',
    'API-Key',
    'clientSecret',
    'password',
    'authorization',
    'Set-Cookie',
    'cookies',
    'stripe-signature',
    'BTCPay-Sig',
    'masterKey',
    'webhookSecrets',
    'credential',
    'x.y.secret',
  ])('%s holds a credential', (name) => {
    expect(isSecretField(name)).toBe(true);
  });

  test.each(['idempotencyKey', 'keyId', 'code', 'state', 'tokens_left', 'secretary', 'key', 'design', 'connectionId'])(
    '%s does not',
    (name) => {
      expect(isSecretField(name)).toBe(false);
    },
  );
});
