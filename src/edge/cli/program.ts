import { Command, CommanderError, Option } from 'commander';
import { type Problems, sortWords } from './command-words.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { examplesText, exitCodesText } from './help.ts';
import type { BoundCommand, Given, OptionSpec } from './spec.ts';
import { longOf } from './spec.ts';

/** What was typed, taken apart. */
export type Parsed =
  | {
      readonly kind: 'command';
      readonly command: BoundCommand;
      readonly given: Readonly<Record<string, Given>>;
      readonly words: readonly string[];
      readonly problems: Problems;
    }
  /** Help or the version was printed. */
  | { readonly kind: 'shown'; readonly exitCode: number }
  | { readonly kind: 'refused'; readonly command: string; readonly problems: Problems };

export interface ProgramOptions {
  readonly version: string;
  readonly commands: readonly BoundCommand[];
  /** Options of every command. */
  readonly globals: readonly OptionSpec<unknown>[];
  writeOut(text: string): void;
  writeErr(text: string): void;
  readonly columns: number;
}

const GROUPS: Readonly<Record<string, string>> = {
  connect: 'Connect a source or the ledger',
  connections: 'Look at what is connected',
  keys: 'Look at the keys of stored credentials, and take new ones into use',
  users: 'Say who may sign in, and what they may do',
  'api-keys': 'Make and revoke keys of programs',
  audit: 'Look at who changed what',
  migrate: 'Look at the database schema, and bring it up to date',
};

/** Takes a command line apart, or prints the help that it asks for. */
export function parseCommandLine(argv: readonly string[], options: ProgramOptions): Parsed {
  const found: { parsed: Parsed | null } = { parsed: null };
  const program = buildProgram(options, (parsed) => {
    found.parsed = parsed;
  });
  try {
    program.parse(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return afterCommander(error);
  }
  return found.parsed ?? { kind: 'shown', exitCode: EXIT_CODES.ok.code };
}

function afterCommander(error: CommanderError): Parsed {
  if (error.exitCode === 0) return { kind: 'shown', exitCode: EXIT_CODES.ok.code };
  if (error.code === 'commander.help') return { kind: 'shown', exitCode: EXIT_CODES.usage.code };
  const problem = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return { kind: 'refused', command: '', problems: [problem] };
}

function buildProgram(options: ProgramOptions, onParsed: (parsed: Parsed) => void): Command {
  const program = settled(new Command('counterfoil'), options)
    .description('Money and customers from where they arrive into the books, exactly once and to the cent.')
    .version(options.version, '--version', 'Print the version')
    .helpCommand('help [command]', 'Show the help of a command')
    .addHelpText(
      'before',
      examplesText([
        ['counterfoil demo', 'a month of made-up business into a made-up QuickBooks, on this machine'],
        ['counterfoil connect quickbooks --company 9130 --secret-file token', 'connect your books'],
        ['counterfoil start', 'run the server'],
        ['counterfoil sync --wait', 'read and post now, and see what came of it'],
        ['counterfoil reconcile', 'compare the books with the sources, to the cent'],
      ]),
    )
    .addHelpText('after', exitCodesText());
  for (const one of options.globals) program.addOption(toOption(one));
  const groups = new Map<string, Command>();
  for (const command of options.commands) {
    const [first, second] = command.name.split(' ') as [string, string?];
    if (second === undefined) program.addCommand(leaf(first, command, options, onParsed));
    else groupOf(program, groups, first, options).addCommand(leaf(second, command, options, onParsed));
  }
  return program;
}

function groupOf(program: Command, groups: Map<string, Command>, name: string, options: ProgramOptions): Command {
  const known = groups.get(name);
  if (known) return known;
  const made = settled(new Command(name), options)
    .description(GROUPS[name] ?? name)
    .helpCommand(false);
  program.addCommand(made);
  groups.set(name, made);
  return made;
}

function leaf(
  name: string,
  command: BoundCommand,
  options: ProgramOptions,
  onParsed: (parsed: Parsed) => void,
): Command {
  const { argument, description, examples, summary } = command;
  const made = settled(new Command(name), options)
    .summary(summary)
    .description(description)
    .addHelpText('before', examplesText(examples))
    // Both are looked at here, so that every problem is named and not only the first.
    .allowUnknownOption()
    .allowExcessArguments();
  if (argument) {
    const dots = argument.isList ? '...' : '';
    made.argument(argument.isRequired ? `<${argument.name}${dots}>` : `[${argument.name}${dots}]`, argument.help);
    // An argument that is missing is named with the other problems.
    if (argument.isRequired) {
      made.registeredArguments[0]!.required = false;
      made.usage(`[options] <${argument.name}${dots}>`);
    }
  }
  for (const one of Object.values(command.options)) made.addOption(toOption(one));
  const known = [...options.globals, ...Object.values(command.options)].map(({ flags }) => longOf(flags));
  return made.action(() => {
    const { words, problems } = sortWords(made.args, { argument, known });
    onParsed({ kind: 'command', command, given: made.optsWithGlobals<Record<string, Given>>(), words, problems });
  });
}

/** Errors are thrown and printed by us; colours are for answers only. */
function settled(command: Command, { writeOut, writeErr, columns }: ProgramOptions): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr,
      outputError: () => {},
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true, optionTerm: (option) => termOf(option) })
    .helpOption('--help', 'Show this help');
}

const REQUIRED_AS_OPTIONAL = /<([^>]+)>/;

/** Values are optional for the parser, so that a missing one is a problem among others. */
function toOption({ flags, help, isList }: OptionSpec<unknown>): Option {
  const made = new Option(flags.replace(REQUIRED_AS_OPTIONAL, '[$1]'), help);
  if (isList) made.argParser<string[]>((text, before) => [...(before ?? []), text]);
  return made;
}

function termOf({ flags }: Option): string {
  return flags.replace(/\[([^\]]+)\]/, '<$1>');
}
