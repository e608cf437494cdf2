import type { Money } from '../../kernel/money.ts';
import { readField } from '../sdk/index.ts';
import { stripeMoney } from './amounts.ts';

/** {@link stripeMoney} that names the field in place of throwing RangeError. */
export function moneyAt(field: string, minor: bigint, currency: string): Money {
  return readField(field, () => stripeMoney(minor, currency));
}
