import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atRate, Decimal, percentOf } from './decimal.ts';

const decimal = (text: string): Decimal => Decimal.parse(text)!;

describe('a decimal', () => {
  test('keeps digits that a binary number would lose', () => {
    expect(decimal('0.1').times(decimal('3')).toString()).toBe('0.3');
    expect(decimal('9007199254740993.07').toMinor()).toBe(900719925474099307n);
  });

  test('is written without trailing zeros and reads exponents', () => {
    expect(decimal('100.00').toString()).toBe('100');
    expect(decimal('1.5e3').toString()).toBe('1500');
    expect(decimal('-12e-3').toString()).toBe('-0.012');
  });

  test('rounds half a cent away from zero', () => {
    expect(decimal('1.005').toMinor()).toBe(101n);
    expect(decimal('-1.005').toMinor()).toBe(-101n);
    expect(decimal('1.0049').toMinor()).toBe(100n);
  });

  test('is refused when it is no number or absurdly long', () => {
    for (const text of ['', '1.', 'abc', '1e999', '9'.repeat(80)]) expect(Decimal.parse(text)).toBeUndefined();
  });

  test('compares across scales', () => {
    expect(decimal('1.10').compare(decimal('1.1'))).toBe(0);
    expect(decimal('1.09').compare(decimal('1.1'))).toBe(-1);
    expect(decimal('2').compare(decimal('-3.5'))).toBe(1);
  });

  test('gives percentages and rates to the cent', () => {
    expect(percentOf(10000n, decimal('8.25'))).toBe(825n);
    expect(percentOf(333n, decimal('7.5'))).toBe(25n);
    expect(atRate(10000n, decimal('1.073'))).toBe(10730n);
  });

  test('leaves JSON as it came, for every amount in minor units', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (amount) => {
        expect(decimal(JSON.stringify(Decimal.fromMinor(amount))).toMinor()).toBe(amount);
      }),
    );
  });
});
