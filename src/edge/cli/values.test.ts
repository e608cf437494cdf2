import { describe, expect, test } from 'vitest';
import { baseUrl, currency, day, faults, instant, month, oneOf, type ReadValue, wholeNumber } from './values.ts';

const good: readonly (readonly [string, ReadValue<unknown>, string, unknown])[] = [
  ['a number', wholeNumber(1, 10), '10', 10],
  ['a choice', oneOf('a', 'b'), 'b', 'b'],
  ['a day', day, '2028-02-29', '2028-02-29'],
  ['a month', month, '2026-10', '2026-10'],
  ['a day as instant', instant, '2026-10-31', Date.UTC(2026, 9, 31)],
  ['an instant', instant, '2026-10-31T08:01:02.5Z', Date.UTC(2026, 9, 31, 8, 1, 2, 500)],
  ['an instant without seconds', instant, '2026-10-31T08:01Z', Date.UTC(2026, 9, 31, 8, 1)],
  ['a currency', currency, 'EUR', 'EUR'],
  ['an address', baseUrl, 'https://btcpay.example.com/', 'https://btcpay.example.com'],
  ['an address with a path', baseUrl, 'http://btcpay.local/btcpay', 'http://btcpay.local/btcpay'],
  ['faults', faults, 'timeoutAfterCommit=0.2, 429=0.1', 'timeoutAfterCommit=0.2,429=0.1'],
];

const bad: readonly (readonly [string, ReadValue<unknown>, string])[] = [
  ['a number that is too large', wholeNumber(1, 10), '11'],
  ['a number with a sign', wholeNumber(0, 10), '+1'],
  ['a fraction', wholeNumber(0, 10), '1.5'],
  ['no number', wholeNumber(0, 10), ''],
  ['a choice in capitals', oneOf('a'), 'A'],
  ['a day that is none', day, '2026-02-30'],
  ['a month that is none', month, '2026-13'],
  ['an instant without a zone', instant, '2026-10-31T08:00:00'],
  ['an instant of no day', instant, '2026-02-30T08:00:00Z'],
  ['an hour that is none', instant, '2026-10-31T25:00:00Z'],
  ['a currency in small letters', currency, 'usd'],
  ['an address with a password', baseUrl, 'https://u:p@btcpay.example.com'],
  ['an address with a query', baseUrl, 'https://btcpay.example.com/?a=1'],
  ['no address', baseUrl, 'btcpay.example.com'],
  ['a fault without a number', faults, 'timeoutAfterCommit'],
  ['a fault with a sign', faults, '429=-0.1'],
];

describe('a value', () => {
  test.each(good)('%s is read', (_what, read, text, value) => {
    expect(read(text)).toEqual({ ok: true, value });
  });

  test.each(bad)('%s is refused with a sentence', (_what, read, text) => {
    const result = read(text);
    expect(result.ok ? [] : result.problems).toEqual([expect.stringMatching(/^must /)]);
  });
});
