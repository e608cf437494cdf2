import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  decimal,
  divide,
  format,
  formatShort,
  multiply,
  parseDecimal,
  round,
  subtract,
} from './decimal.ts';

const rounded = (text: string, scale: number, how: Parameters<typeof round>[2]) =>
  format(round(decimal(text), scale, how));

describe('decimals', () => {
  test.each(['', 'abc', '1.', '.5', '1e99', '0x10', '1,5', 'NaN', '--1'])('refuse %j', (text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  test('read exponents exactly', () => {
    expect(format(decimal('1.5e-7'))).toBe('0.00000015');
    expect(format(decimal('2E+3'))).toBe('2000');
  });

  test('add and multiply without loss where doubles lose', () => {
    expect(format(add(decimal('0.1'), decimal('0.2')))).toBe('0.3');
    expect(format(subtract(decimal('0.3'), decimal('0.1')))).toBe('0.2');
    expect(format(multiply(decimal('0.00105'), decimal('64392.23')))).toBe('67.6118415');
    expect(compare(decimal('1.10'), decimal('1.1'))).toBe(0);
    expect(compare(decimal('-1'), decimal('0.001'))).toBe(-1);
  });

  test('round each way, negatives mirrored', () => {
    expect([rounded('2.5', 0, 'half-even'), rounded('3.5', 0, 'half-even')]).toEqual(['2', '4']);
    expect([rounded('2.5', 0, 'half-up'), rounded('-2.5', 0, 'half-up')]).toEqual(['3', '-3']);
    expect([rounded('1.001', 2, 'up'), rounded('-1.001', 2, 'up')]).toEqual(['1.01', '-1.01']);
    expect([rounded('1.999', 2, 'down'), rounded('-1.999', 2, 'down')]).toEqual(['1.99', '-1.99']);
    expect(rounded('1.5', 3, 'up')).toBe('1.500');
  });

  test('divide to a scale with one rounding', () => {
    expect(format(divide(decimal('125.50'), decimal('64392.23'), 8, 'up'))).toBe('0.00194900');
    expect(format(divide(decimal('1'), decimal('3'), 4, 'down'))).toBe('0.3333');
    expect(() => divide(decimal('1'), decimal('0.0'), 2, 'up')).toThrow('division by zero');
  });

  test('shorten trailing zeros down to a minimum', () => {
    expect(formatShort(decimal('1.500'))).toBe('1.5');
    expect([formatShort(decimal('0.000'), 1), formatShort(decimal('7'), 1)]).toEqual(['0.0', '7.0']);
    expect(formatShort(decimal('-12.0400'))).toBe('-12.04');
  });
});
