import { expect, test } from 'vitest';
import { Secret } from '../../kernel/secret.ts';
import { withoutToken } from './without-token.ts';

const token = new Secret('sandbox+"token/1234');

test.each([
  ['as it is', 'no sandbox+"token/1234 here', 'no [secret] here'],
  ['in JSON', JSON.stringify({ e: 'sandbox+"token/1234' }), '{"e":"[secret]"}'],
  ['in a URL', `?t=${encodeURIComponent('sandbox+"token/1234')}&a=1`, '?t=[secret]&a=1'],
])('the credential is taken out of an answer: %s', (_name, text, expected) => {
  expect(withoutToken({ status: 400, text }, token)).toEqual({ status: 400, text: expected });
});

test('an answer without it, and one to a credential too short to be one, stay as they are', () => {
  const answer = { status: 200, text: '{"secret":"s"}' };
  expect(withoutToken(answer, token)).toBe(answer);
  expect(withoutToken(answer, new Secret('s'))).toBe(answer);
});
