import type { ArgumentSpec } from './spec.ts';
import { suggest } from './suggest.ts';

export type Problems = readonly string[];

export interface SortedWords {
  readonly words: readonly string[];
  readonly problems: Problems;
}

/** Tells the words that a command takes from what it does not know. */
export function sortWords(
  args: readonly string[],
  { argument, known }: { readonly argument: ArgumentSpec | null; readonly known: readonly string[] },
): SortedWords {
  const words: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i]!;
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    if (arg === '--') continue;
    const name = arg.split('=')[0]!;
    const meant = suggest(name, known);
    problems.push(`${name} is not an option${meant === null ? '' : ` (did you mean ${meant}?)`}`);
    // What follows an unknown option is most likely its value, and no problem of its own.
    if (name === arg && args[i + 1]?.startsWith('-') === false) i += 1;
  }
  const limit = argument === null ? 0 : argument.isList ? Number.POSITIVE_INFINITY : 1;
  for (const extra of words.slice(limit)) problems.push(`${JSON.stringify(extra)} is too much`);
  if (argument?.isRequired && words.length === 0) problems.push(`<${argument.name}> is missing`);
  if (argument && argument.choices.length > 0) {
    for (const word of words.slice(0, limit).filter((one) => !argument.choices.includes(one))) {
      problems.push(`<${argument.name}> must be one of ${argument.choices.join(', ')}, not ${JSON.stringify(word)}`);
    }
  }
  return { words: words.slice(0, limit), problems };
}
