import type { z } from 'zod';
import type { Money } from '../../kernel/money.ts';
import type { NormaliseProblem } from '../sdk/index.ts';
import { stripeMoney } from './amounts.ts';

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
export function readAs<S extends z.ZodType>(schema: S, value: unknown, path = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Unreadable(
    ...result.error.issues.map((issue) => ({ field: pathOf(path, issue.path), detail: issue.message })),
  );
}

/** {@link stripeMoney} that names the field in place of throwing RangeError. */
export function moneyAt(field: string, minor: bigint, currency: string): Money {
  try {
    return stripeMoney(minor, currency);
  } catch (error) {
    throw new Unreadable({ field, detail: error instanceof Error ? error.message : 'no amount' });
  }
}

function pathOf(prefix: string, path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${prefix}${text}`.replace(/^\./, '') || 'body';
}
