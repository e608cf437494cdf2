import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { money } from './money.ts';
import { addRatios, convert, divideHalfEven, exactConversion, parseRatio } from './ratio.ts';

const any = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const divisor = fc.bigInt({ min: 1n, max: 10n ** 15n });
const coins = fc.bigInt({ min: 0n, max: 10n ** 15n });
const cents = fc.bigInt({ min: 1n, max: 10n ** 9n });
const atCents = (price: bigint) => ({ numerator: price, denominator: 100n });

property('ratio: a division ends at the nearest whole, and at the even one of two', [any, divisor], (n, d) => {
  const result = divideHalfEven(n, d);
  const off = 2n * (n - result * d);
  const size = off < 0n ? -off : off;
  expect(size <= d).toBe(true);
  if (size === d) expect(result % 2n).toBe(0n);
});

property('ratio: rounding knows no sign', [any, divisor], (n, d) => {
  expect(divideHalfEven(-n, d)).toBe(-divideHalfEven(n, d));
  expect(divideHalfEven(n, -d)).toBe(-divideHalfEven(n, d));
});

property('ratio: a conversion loses at most half a minor unit', [coins, cents], (amount, price) => {
  const exact = exactConversion(money(amount, 'BTC'), 'USD', atCents(price));
  const rounded = convert(money(amount, 'BTC'), 'USD', atCents(price)).minor;
  const off = 2n * (rounded * exact.denominator - exact.numerator);
  expect(off <= exact.denominator && off >= -exact.denominator).toBe(true);
});

property('ratio: more coins or a better price never give less', [coins, coins, cents, cents], (a, b, p, q) => {
  const worth = (amount: bigint, price: bigint) => convert(money(amount, 'BTC'), 'USD', atCents(price)).minor;
  const [less, more] = a < b ? [a, b] : [b, a];
  const [low, high] = p < q ? [p, q] : [q, p];
  expect(worth(less, low) <= worth(more, high)).toBe(true);
});

property('ratio: what is summed exactly is the conversion of the sum', [coins, coins, cents], (a, b, price) => {
  const exact = (amount: bigint) => exactConversion(money(amount, 'BTC'), 'USD', atCents(price));
  const sum = addRatios(exact(a), exact(b));
  const whole = exact(a + b);
  expect(sum.numerator * whole.denominator).toBe(whole.numerator * sum.denominator);
});

property(
  'ratio: decimal text is read without loss, with or without an exponent',
  [fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 })],
  (digits, power) => {
    const { numerator, denominator } = parseRatio(`${digits}e${power}`);
    const scale = 10n ** BigInt(Math.abs(power));
    expect(power < 0 ? numerator * scale : numerator).toBe(
      power < 0 ? digits * denominator : digits * scale * denominator,
    );
  },
);
