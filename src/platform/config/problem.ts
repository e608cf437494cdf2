import { CounterfoilError } from '../../kernel/errors.ts';

/** One thing that is wrong with the configuration. Never holds the value: it may be a secret in the wrong place. */
export interface ConfigProblem {
  /** Of the variable, or of its `_FILE` form. */
  readonly name: string;
  /** What is wrong and what would be right. */
  readonly problem: string;
}

/** All problems as one error. */
export function configInvalid(problems: readonly ConfigProblem[]): CounterfoilError {
  const lines = problems.map(({ name, problem }) => `  ${name}: ${problem}`);
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new CounterfoilError('config.invalid', {
    field: problems[0]!.name,
    detail: [`The configuration has ${count}:`, ...lines].join('\n'),
  });
}
