import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';

describe('JSON', () => {
  test('keeps the digits of numbers that a double cannot hold', () => {
    const read = parseJson('{"a":0.1,"b":12345678901234567890,"c":1.10,"d":7}');
    expect(read).toEqual({ a: 0.1, b: '12345678901234567890', c: '1.10', d: 7 });
  });
});
