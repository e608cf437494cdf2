import { z } from 'zod';
import type { Secret } from '../../kernel/secret.ts';
import type { ReadText } from './read-text.ts';

/** What the documentation says of a variable. */
export interface VariableMeta {
  /** As it would be written; undefined when leaving the variable out means something else than a value. */
  readonly default: string | undefined;
  /** What happens without it, when there is no default value. */
  readonly without?: string;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Documentation of every variable, by its schema. */
export const variableMeta = z.registry<VariableMeta>();

/** What is said of a variable without a default value. */
export type WithoutDefault = Required<Pick<VariableMeta, 'without' | 'description'>>;

/** A variable with a default, written as text. */
export function withDefault<T>(read: ReadText<T>, text: string, description: string) {
  return parsed(read).prefault(text).register(variableMeta, { default: text, isSecret: false, description });
}

/** A variable that may be left out. */
export function optional<T>(read: ReadText<T>, about: WithoutDefault) {
  return parsed(read)
    .optional()
    .register(variableMeta, { default: undefined, isSecret: false, ...about });
}

/** As {@link optional}, with a value that must not be shown. */
export function optionalSecret(read: ReadText<Secret>, about: WithoutDefault) {
  return parsed(read)
    .optional()
    .register(variableMeta, { default: undefined, isSecret: true, ...about });
}

function parsed<T>(read: ReadText<T>) {
  return z.string().transform((text, context): T => {
    const result = read(text);
    if (result.ok) return result.value;
    // Without the value: the library would keep it in the issue.
    for (const message of result.problems) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}
