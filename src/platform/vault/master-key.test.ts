import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { decodeKey } from './master-key.ts';

const bytes = Buffer.from(seededRandom(1).bytes(32));

describe('a written master key', () => {
  test.each([
    ['base64', bytes.toString('base64')],
    ['base64 without padding', bytes.toString('base64').replace('=', '')],
    ['base64 for URLs', bytes.toString('base64url')],
    ['hexadecimal digits', bytes.toString('hex')],
    ['capital digits', bytes.toString('hex').toUpperCase()],
    ['a line with its end', ` ${bytes.toString('base64')}\r\n`],
  ])('is read from %s', (_name, text) => {
    expect(decodeKey(text)?.export()).toEqual(bytes);
  });

  test.each([
    ['nothing', ''],
    ['31 bytes', bytes.subarray(1).toString('base64')],
    ['33 bytes', Buffer.concat([bytes, Buffer.of(1)]).toString('base64')],
    ['63 digits', bytes.toString('hex').slice(1)],
    ['a passphrase', 'correct horse battery staple'],
    ['two lines', `${bytes.toString('base64')}\n${bytes.toString('base64')}`],
    ['a last character that no encoder writes', `${bytes.toString('base64').slice(0, 42)}B=`],
  ])('is refused when it is %s', (_name, text) => {
    expect(decodeKey(text)).toBeNull();
  });

  test('shows nothing of itself when printed', () => {
    const key = decodeKey(bytes.toString('hex'));
    expect(inspect(key) + JSON.stringify(key) + String(key)).not.toContain(bytes.toString('hex').slice(0, 8));
  });
});
