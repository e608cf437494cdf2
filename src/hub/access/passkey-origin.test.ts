import { expect, test } from 'vitest';
import { passkeyHostOf } from './passkey-origin.ts';

test.each([
  ['https://books.example.com', 'books.example.com'],
  ['https://umbrel.example.com:8443', 'umbrel.example.com'],
  ['http://localhost:4170', 'localhost'],
  ['http://counterfoil.localhost', 'counterfoil.localhost'],
])('a page of %s may use passkeys of %s', (origin, host) => {
  expect(passkeyHostOf(origin)).toBe(host);
});

test.each([
  undefined,
  'null',
  'http://umbrel.local:4170',
  'http://127.0.0.1:4170',
  'https://192.0.2.7',
  'https://[2001:db8::1]',
  'http://localhost.example.com',
  'https://books.example.com/',
  'ftp://localhost',
])('a page of %s may not', (origin) => {
  expect(() => passkeyHostOf(origin)).toThrow(expect.objectContaining({ code: 'access.passkey_needs_https' }));
});
