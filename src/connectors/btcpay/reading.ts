import type { z } from 'zod';
import { type Money, parseMoney } from '../../kernel/money.ts';
import type { NormaliseProblem } from '../sdk/index.ts';

/** Thrown inside `normalise` and turned into problems at its edge; never leaves the connector. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly problems: readonly NormaliseProblem[];
  constructor(...problems: readonly NormaliseProblem[]) {
    super(problems.map(({ field, detail }) => `${field}: ${detail}`).join('; '));
    this.problems = problems;
  }
}

/** Reads a value by its schema; throws {@link Unreadable} with every wrong field at once. */
export function readAs<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Unreadable(...result.error.issues.map(({ path, message }) => ({ field: pathOf(path), detail: message })));
}

/** Decimal text as money; names the field when it is none, or is finer than its currency. */
export function moneyAt(field: string, amount: string, currency: string): Money {
  try {
    return parseMoney(amount, currency);
  } catch (error) {
    throw new Unreadable({ field, detail: error instanceof Error ? error.message : 'no amount' });
  }
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

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'body';
}
