import type { Step } from './step.ts';

/** The steps whose names begin with one of the given words, all when none is given. Throws on a word that fits none. */
export function chooseSteps(steps: readonly Step[], words: readonly string[]): readonly Step[] {
  const lost = words.filter((word) => !steps.some(({ name }) => name.startsWith(word)));
  if (lost.length > 0) {
    throw new Error(`no such step: ${lost.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}`);
  }
  return words.length === 0 ? steps : steps.filter(({ name }) => words.some((word) => name.startsWith(word)));
}
