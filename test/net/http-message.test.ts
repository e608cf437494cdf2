import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageReader, messageLength } from './http-message.ts';

const MESSAGES = [
  'GET /a HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
];

test('messages are found however their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...MESSAGES), { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      (sent, size) => {
        const bytes = Buffer.from(sent.join(''));
        const reader = new MessageReader();
        const found: string[] = [];
        for (let at = 0; at < bytes.length; at += size)
          found.push(...reader.add(bytes.subarray(at, at + size)).map((message) => message.toString()));
        expect(found).toEqual(sent);
        expect(reader.takeRest()).toHaveLength(0);
      },
    ),
    { numRuns: 200, seed: 20_261_120 },
  );
});

test.each(MESSAGES)('a part of a message is none: %j', (message) => {
  for (let cut = 0; cut < message.length; cut += 1)
    expect(messageLength(Buffer.from(message.slice(0, cut)))).toBeNull();
});
