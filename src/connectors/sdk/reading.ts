import type { z } from 'zod';
import type { NormaliseProblem } from './source.ts';

/** Thrown inside `normalise` and turned into problems at its edge; never leaves the connector. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly problems: readonly NormaliseProblem[];
  constructor(...problems: readonly NormaliseProblem[]) {
    super(problems.map(({ field, detail }) => `${field}: ${detail}`).join('; '));
    this.problems = problems;
  }
}

/** Reads a value by its schema; throws {@link Unreadable} with every wrong field, named below `path`, at once. */
export function readAs<S extends z.ZodType>(schema: S, value: unknown, path = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Unreadable(
    ...result.error.issues.map((issue) => ({ field: pathOf(path, issue.path), detail: issue.message })),
  );
}

/** What `read` makes of an amount; {@link Unreadable} that names the field in place of what it throws. */
export function readField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Unreadable({ field, detail: error instanceof Error ? error.message : 'no amount' });
  }
}

function pathOf(prefix: string, path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${prefix}${text}`.replace(/^\./, '') || 'body';
}
