import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { textOf, UndecodableBody } from './body.ts';
import { AnswerTooLarge } from './wire.ts';

const answer = (body: Uint8Array, headers: Record<string, string> = {}) => ({ status: 200, headers, body });
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the text of an answer', () => {
  test('is read as UTF-8, without a byte order mark', async () => {
    await expect(textOf(answer(utf8('\ufeff{"name":"Zoë 🙂"}')), 100)).resolves.toBe('{"name":"Zoë 🙂"}');
  });

  test('is unpacked', async () => {
    const packed = answer(gzipSync('{"ok":true}'), { 'content-encoding': 'GZIP' });
    await expect(textOf(packed, 100)).resolves.toBe('{"ok":true}');
  });

  test('is read in the character set that an old proxy names', async () => {
    const page = answer(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), { 'content-type': 'text/html; charset="ISO-8859-1"' });
    await expect(textOf(page, 100)).resolves.toBe('café');
  });

  test('is empty without a body, whatever the headers say', async () => {
    await expect(textOf(answer(new Uint8Array(), { 'content-encoding': 'gzip' }), 100)).resolves.toBe('');
  });

  test.each([
    ['bytes that are not UTF-8', answer(Uint8Array.of(0x7b, 0xff, 0x7d))],
    [
      'UTF-8 under a set that does not exist',
      answer(Uint8Array.of(0xff), { 'content-type': 'text/plain; charset=klingon' }),
    ],
    ['a packed body that was cut', answer(gzipSync('{"ok":true}').subarray(0, 20), { 'content-encoding': 'gzip' })],
    ['a packed body that is none', answer(utf8('{"ok":true}'), { 'content-encoding': 'gzip' })],
    ['an encoding that was not asked for', answer(utf8('x'), { 'content-encoding': 'br' })],
  ])('cannot be read from %s', async (_what, bad) => {
    await expect(textOf(bad, 100)).rejects.toBeInstanceOf(UndecodableBody);
  });

  test('is refused when a small packed body unpacks to a huge one', async () => {
    const bomb = answer(gzipSync(Buffer.alloc(1_000_000)), { 'content-encoding': 'gzip' });
    await expect(textOf(bomb, 10_000)).rejects.toBeInstanceOf(AnswerTooLarge);
  });
});
