import { COMMANDS } from './commands/index.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

export interface DescribedOption {
  /** As it is written, such as `--since <day>`. */
  readonly flags: string;
  readonly help: string;
}

/** A command for the reference page. */
export interface DescribedCommand {
  /** With its argument, such as `sync [connection]`. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly options: readonly DescribedOption[];
}

/** Every command, in the order in which help lists them, and the options that all of them have. */
export function describeCommands(): {
  readonly commands: readonly DescribedCommand[];
  readonly globals: readonly DescribedOption[];
} {
  const commands = COMMANDS.map(({ name, argument, summary, description, examples, options }): DescribedCommand => {
    const word = argument === null ? '' : `${argument.name}${argument.isList ? '...' : ''}`;
    const shown = word === '' ? '' : argument?.isRequired ? ` <${word}>` : ` [${word}]`;
    return { usage: `${name}${shown}`, summary, description, examples, options: Object.values(options).map(described) };
  });
  return { commands, globals: Object.values(GLOBAL_OPTIONS).map(described) };
}

function described({ flags, help }: DescribedOption): DescribedOption {
  return { flags, help };
}
