import { expect, test } from 'vitest';
import { listenerUrl } from './listener-url.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4170'],
  ['0.0.0.0', 'http://127.0.0.1:4170'],
  ['::', 'http://[::1]:4170'],
  ['fd00::5', 'http://[fd00::5]:4170'],
  ['books.local', 'http://books.local:4170'],
])('a server on %s is asked at %s', (host, url) => {
  expect(listenerUrl({ host, port: 4170 })).toBe(url);
});
