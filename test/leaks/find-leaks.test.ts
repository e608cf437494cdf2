import { describe, expect, test } from 'vitest';
import { findLeaks } from './find-leaks.ts';

const secret = 'canary+/"Ä 1234567890=&end';
const bytes = Buffer.from(secret, 'utf8');
const canary = { name: 'planted', bytes };

const spellings: readonly (readonly [name: string, text: string])[] = [
  ['as it is', `token ${secret} was refused`],
  ['in JSON', JSON.stringify({ message: `token ${secret}` })],
  ['as hex', `\\x00${bytes.toString('hex')}ff`],
  ['as hex in capitals', bytes.toString('hex').toUpperCase()],
  ['in a URL', `https://sandbox.invalid/?q=${encodeURIComponent(secret)}&x=1`],
  ['in a form', new URLSearchParams({ a: 'b', token: secret }).toString()],
  ['percent-encoded', bytes.toString('hex').replaceAll(/../g, (pair) => `%${pair}`)],
  ['as base64', bytes.toString('base64')],
  ['as base64url', bytes.toString('base64url')],
  ...[1, 2, 3, 4].map(
    (before) =>
      [`in base64 behind ${before} bytes`, Buffer.from(`${'x'.repeat(before)}${secret}yz`).toString('base64')] as const,
  ),
  ['in a Basic header', `Basic ${Buffer.from(`user:${secret}`).toString('base64url')}`],
];

describe('the search for leaks', () => {
  test.each(spellings)('finds a secret %s', (_name, text) => {
    expect(findLeaks([canary], [{ where: 'here', text }])[0]).toMatchObject({ canary: 'planted', where: 'here' });
  });

  test('finds raw bytes of a key as hex and base64', () => {
    const key = { name: 'key', bytes: Uint8Array.from({ length: 32 }, (_, i) => 255 - i) };
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const text = `<${Buffer.from(key.bytes).toString(encoding)}>`;
      expect(findLeaks([key], [{ where: 'here', text }]).length, encoding).toBeGreaterThan(0);
    }
  });

  test('finds nothing where there is nothing', () => {
    const text = JSON.stringify({ token: '[secret]', hash: 'a'.repeat(64), other: 'canary' });
    expect(findLeaks([canary], [{ where: 'here', text }])).toEqual([]);
  });
});
