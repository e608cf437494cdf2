import type { Environment } from './environment.ts';
import type { ConfigProblem } from './problem.ts';
import { VARIABLE_NAMES, type VariableName } from './variables.ts';

/** Reads a whole text file, or throws the system's error. */
export type ReadFile = (path: string) => string;

/** The text of a variable and where it was written, for messages: the variable's name or a path. */
export interface GivenText {
  readonly text: string;
  readonly origin: string;
}

export interface Gathered {
  readonly given: Readonly<Partial<Record<VariableName, GivenText>>>;
  readonly problems: readonly ConfigProblem[];
}

/** The form of a name that holds the path of a file with the value. */
export function fileVariant(name: VariableName): string {
  return `${name}_FILE`;
}

/**
 * Collects the text of each variable, from itself or from the file that its `_FILE` form names. White space around
 * is taken off; what is then empty counts as not set.
 */
export function gather(environment: Environment, readFile: ReadFile): Gathered {
  const given: Partial<Record<VariableName, GivenText>> = {};
  const problems: ConfigProblem[] = [];
  for (const name of VARIABLE_NAMES) {
    const found = gatherOne(name, environment, readFile);
    if (found === undefined) continue;
    if ('problem' in found) problems.push(found);
    else given[name] = found;
  }
  return { given, problems };
}

function gatherOne(
  name: VariableName,
  environment: Environment,
  readFile: ReadFile,
): GivenText | ConfigProblem | undefined {
  const text = environment[name]?.trim() ?? '';
  const path = environment[fileVariant(name)]?.trim() ?? '';
  if (text !== '' && path !== '') return { name, problem: `set either this or ${fileVariant(name)}, not both` };
  if (path !== '') return fromFile(name, path, readFile);
  return text === '' ? undefined : { text, origin: name };
}

function fromFile(name: VariableName, path: string, readFile: ReadFile): GivenText | ConfigProblem {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no text file';
    return { name: fileVariant(name), problem: `the file it names cannot be read (${code})` };
  }
  // An empty file is a secret that was lost on the way, not the wish for a default.
  if (text === '') return { name: fileVariant(name), problem: 'the file it names is empty' };
  return { text, origin: path };
}
