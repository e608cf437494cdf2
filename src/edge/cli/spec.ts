import { ok, problems, type Result } from '../../kernel/result.ts';
import type { Call } from './call.ts';
import type { ExitName } from './exit-codes.ts';
import type { ReadValue } from './values.ts';

/** What the parser gives for an option: nothing, true (given, without a value), a text, or several. */
export type Given = undefined | boolean | string | readonly string[];

/** An option: how it is written, what it means, and how its value is read. */
export interface OptionSpec<T> {
  /** Such as `--since <day>`. */
  readonly flags: string;
  readonly help: string;
  /** May be given several times. */
  readonly isList: boolean;
  /** Values to choose from, for completion. */
  readonly choices: readonly string[];
  read(given: Given): Result<T, string>;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;
export type Values<O extends OptionSpecs> = { readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

/** A word behind the command. */
export interface ArgumentSpec {
  /** Without brackets. */
  readonly name: string;
  readonly help: string;
  readonly isRequired: boolean;
  readonly isList: boolean;
  readonly choices: readonly string[];
}

/** What a command found out or did. The runner prints `data` or `text`, never both. */
export interface Answer {
  readonly exit: ExitName;
  /** For `--json`: JSON values only, money as `{amount, currency}`, instants as ISO text. */
  readonly data: object;
  /** For people; without a newline at its end. Empty prints nothing. */
  readonly text: string;
}

/** Null when the command has printed its answer itself, as the server does; then the number is the exit code. */
export type CommandResult = Answer | number;

export interface CommandSpec<O extends OptionSpecs = OptionSpecs> {
  /** `sync`, or `connect stripe` for one of a group. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What a person should know before using it. */
  readonly description: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly argument?: ArgumentSpec;
  readonly options: O;
  /** Problems that single values do not show. */
  check?(values: Values<O>, words: readonly string[]): readonly string[];
  run(call: Call, values: Values<O>, words: readonly string[]): Promise<CommandResult>;
}

/** A command whose options are read and checked, ready to run. */
export interface BoundCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: CommandSpec['examples'];
  readonly argument: ArgumentSpec | null;
  readonly options: OptionSpecs;
  /** Reads everything that was typed; a refusal names every problem. */
  bind(
    given: Readonly<Record<string, Given>>,
    words: readonly string[],
  ): Result<(call: Call) => Promise<CommandResult>, string>;
}

/** Hides the types of a command's own options from those who only list and run commands. */
export function command<O extends OptionSpecs>(spec: CommandSpec<O>): BoundCommand {
  const { name, summary, description, examples, options } = spec;
  return {
    name,
    summary,
    description,
    examples,
    options,
    argument: spec.argument ?? null,
    bind: (given, words) => {
      const wrong: string[] = [];
      const values: Record<string, unknown> = {};
      for (const [key, option] of Object.entries(options)) {
        const read = option.read(given[key]);
        if (read.ok) values[key] = read.value;
        else wrong.push(...read.problems.map((problem) => `${longOf(option.flags)} ${problem}`));
      }
      // Values that could not be read would only bring problems that are none.
      if (wrong.length === 0) wrong.push(...(spec.check?.(values as Values<O>, words) ?? []));
      return wrong.length === 0 ? ok((call: Call) => spec.run(call, values as Values<O>, words)) : problems(...wrong);
    },
  };
}

/** `--since` of `--since <day>`. */
export function longOf(flags: string): string {
  return /--[a-z][a-z-]*/.exec(flags)![0];
}

interface OptionExtras {
  readonly choices?: readonly string[];
}

/** An option with a value, undefined when it is not given. */
export function option<T>(
  flags: string,
  help: string,
  read: ReadValue<T>,
  extras: OptionExtras = {},
): OptionSpec<T | undefined> {
  return spec(flags, help, extras, (given) => (given === undefined ? ok(undefined) : one(given, read)));
}

/** An option with a value that must be given. */
export function required<T>(flags: string, help: string, read: ReadValue<T>, extras: OptionExtras = {}): OptionSpec<T> {
  return spec(flags, help, extras, (given) => (given === undefined ? problems('must be given') : one(given, read)));
}

/** An option with a value and a default, which help shows. */
export function withDefault<T>(
  flags: string,
  help: string,
  read: ReadValue<T>,
  otherwise: T,
  extras: OptionExtras = {},
): OptionSpec<T> {
  return spec(flags, `${help} (${String(otherwise)})`, extras, (given) =>
    given === undefined ? ok(otherwise) : one(given, read),
  );
}

/** An option that is given or not. */
export function flag(flags: string, help: string): OptionSpec<boolean> {
  return spec(flags, help, {}, (given) => ok(given === true));
}

/** An option that may be given several times; empty when it is not given. */
export function list<T>(flags: string, help: string, read: ReadValue<T>): OptionSpec<readonly T[]> {
  return {
    ...spec(flags, help, {}, (given) => {
      if (given === undefined) return ok([]);
      const all = (Array.isArray(given) ? given : [given]).map((text) => one(text, read));
      const wrong = all.flatMap((result) => (result.ok ? [] : result.problems));
      return wrong.length > 0 ? problems(...wrong) : ok(all.flatMap((result) => (result.ok ? [result.value] : [])));
    }),
    isList: true,
  };
}

function spec<T>(
  flags: string,
  help: string,
  { choices = [] }: OptionExtras,
  read: OptionSpec<T>['read'],
): OptionSpec<T> {
  return { flags, help, choices, isList: false, read };
}

function one<T>(given: Given, read: ReadValue<T>): Result<T, string> {
  return typeof given === 'string' ? read(given) : problems('needs a value');
}
