import { describe, expect, test } from 'vitest';
import { parseJson } from '../../kernel/json.ts';
import { money } from '../../kernel/money.ts';
import type { JsonObject } from '../sdk/index.ts';
import { decimalText, moneyOf } from './decimal.ts';

const field = (text: string) => parseJson(`{"TotalAmt":${text}}`) as JsonObject;

describe('amounts as they come', () => {
  test.each([
    ['19.90', '19.90'],
    ['19.9', '19.9'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.05', '-0.05'],
    ['1234567890123456.78', '1234567890123456.78'],
    ['1.5e2', '150'],
    ['1.0E7', '10000000'],
    ['1.25e1', '12.5'],
    ['25e-1', '2.5'],
    ['5E-3', '0.005'],
    ['-15e-4', '-0.0015'],
    ['0E-10', '0'],
  ])('%s reads as %s', (text, expected) => {
    expect(decimalText(field(text).TotalAmt)).toBe(expected);
  });

  test.each(['"19.90"', 'null', 'true', '{}', '1e99'])('%s is no amount', (text) => {
    expect(decimalText(field(text).TotalAmt)).toBeNull();
  });

  test('an amount keeps every cent, beyond what a double can hold', () => {
    expect(moneyOf(field('90071992547409.93'), 'TotalAmt', 'USD')).toEqual(money(9_007_199_254_740_993n, 'USD'));
    expect(moneyOf(field('0.1'), 'TotalAmt', 'USD')).toEqual(money(10n, 'USD'));
  });

  test('superfluous zeros are no decimals, other digits are an error that names the field', () => {
    expect(moneyOf(field('19.9000000'), 'TotalAmt', 'USD')).toEqual(money(1990n, 'USD'));
    expect(() => moneyOf(field('19.905'), 'TotalAmt', 'USD')).toThrow(
      expect.objectContaining({ code: 'record.unreadable', field: 'TotalAmt' }),
    );
  });

  test('a missing amount and an unknown currency are errors, never zero', () => {
    expect(() => moneyOf({}, 'TotalAmt', 'USD')).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
    expect(() => moneyOf(field('1'), 'TotalAmt', 'XXQ')).toThrow(
      expect.objectContaining({ code: 'record.unreadable', field: 'TotalAmt' }),
    );
  });
});
