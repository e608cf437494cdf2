import { metaOf, VARIABLE_NAMES } from './variables.ts';

/** One variable for the reference page. */
export interface ConfigRow {
  readonly name: string;
  /** Undefined when leaving it out means something else than a value; then `without` says what. */
  readonly default: string | undefined;
  readonly without: string | undefined;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Every variable, in the order of the documentation. Each can also be read from a file, by its name with `_FILE`. */
export function describeConfig(): readonly ConfigRow[] {
  return VARIABLE_NAMES.map((name) => {
    const { default: value, without, isSecret, description } = metaOf(name);
    return { name, default: value, without, isSecret, description };
  });
}
