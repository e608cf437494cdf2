import { type Json, JsonNumber } from '../../kernel/json.ts';
import { type Money, parseMoney } from '../../kernel/money.ts';
import type { JsonObject } from '../sdk/index.ts';
import { unreadable } from './shape.ts';

/** Largest power of ten accepted in a number with exponent; no amount of money comes near it. */
const MAX_EXPONENT = 30;

const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** A JSON number as plain decimal text, digit for digit; null when it is none. */
export function decimalText(value: Json | undefined): string | null {
  if (typeof value === 'number') return value === 0 ? '0' : String(value);
  if (!(value instanceof JsonNumber)) return null;
  const match = SCIENTIFIC.exec(value.text);
  return match ? plainText(match[1]!, match[2]!, match[3] ?? '', Number(match[4])) : value.text;
}

/** An amount field of an entity. Throws `record.unreadable`, also for more decimals than the currency has. */
export function moneyOf(entity: JsonObject, field: string, currency: string): Money {
  const text = decimalText(entity[field]) ?? unreadable(field);
  try {
    return parseMoney(text, currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable(field, error.message);
  }
}

function plainText(sign: string, whole: string, fraction: string, exponent: number): string | null {
  const digits = whole + fraction;
  // Java writes an exact zero as `0E-10`.
  if (/^0*$/.test(digits)) return '0';
  if (Math.abs(exponent) > MAX_EXPONENT) return null;
  const point = whole.length + exponent;
  const padded = digits.padStart(digits.length - Math.min(point - 1, 0), '0').padEnd(point, '0');
  const at = Math.max(point, 1);
  return sign + (at < padded.length ? `${padded.slice(0, at)}.${padded.slice(at)}` : padded);
}
