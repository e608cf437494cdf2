import type { Environment } from './environment.ts';
import { fileVariant } from './gather.ts';
import { VARIABLE_NAMES } from './variables.ts';

/** The settings of ours among variables: those that hold something, and those that name a file which does. */
export function settingsIn(environment: Environment): Environment {
  const names = VARIABLE_NAMES.flatMap((name) => [name, fileVariant(name)]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = environment[name]?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}
