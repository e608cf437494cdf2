import { type Money, parseMoney } from '../../kernel/money.ts';
import { type NormaliseProblem, readField, Unreadable } from '../sdk/index.ts';

/** Decimal text as money; names the field when it is none, or is finer than its currency. */
export function moneyAt(field: string, amount: string, currency: string): Money {
  return readField(field, () => parseMoney(amount, currency));
}

/** Runs a part of the reading; what it cannot read joins the problems and does not stop the rest. */
export function collecting<T>(problems: NormaliseProblem[], read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
