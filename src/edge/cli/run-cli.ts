import { Call, type GlobalOptions } from './call.ts';
import { COMMANDS } from './commands/index.ts';
import type { CliDoors, CliIo } from './doors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { failureText, type ToldFailure, tellFailure } from './failure.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { Output } from './output.ts';
import { type Parsed, parseCommandLine } from './program.ts';
import { counted } from './table.ts';

/** Runs one command line (without node and script) and answers the exit code. Never throws. */
export async function runCli(argv: readonly string[], doors: CliDoors): Promise<number> {
  const { io } = doors;
  const parsed = parseCommandLine(argv, {
    version: doors.version,
    commands: COMMANDS,
    globals: Object.values(GLOBAL_OPTIONS),
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    columns: io.stdout.columns,
  });
  if (parsed.kind === 'shown') return parsed.exitCode;
  const options = globalOptions(parsed, argv, io);
  const output = new Output(io, options);
  if (parsed.kind === 'refused') return refuse(output, parsed.command, parsed.problems);
  return runCommand(parsed, new Call(doors, output, options));
}

async function runCommand(parsed: Parsed & { kind: 'command' }, call: Call): Promise<number> {
  const { command, given, words } = parsed;
  const { output } = call;
  const bound = command.bind(given, words);
  const problems = [...parsed.problems, ...globalProblems(given), ...(bound.ok ? [] : bound.problems)];
  if (!bound.ok || problems.length > 0) return refuse(output, command.name, problems);
  try {
    const result = await bound.value(call);
    if (typeof result === 'number') return result;
    // What was found before an interruption is no whole answer.
    output.answer(result.data, result.text);
    return EXIT_CODES[result.exit].code;
  } catch (error) {
    output.endProgress();
    if (call.signal.aborted) return fail(output, INTERRUPTED);
    return fail(output, tellFailure(error));
  }
}

const INTERRUPTED: ToldFailure = {
  exit: 'interrupted',
  code: null,
  message: 'Interrupted.',
  books: 'What was begun is finished or looked up at the next run; nothing is posted twice.',
  remedy: 'Run the command again to go on.',
  field: null,
};

function fail(output: Output, told: ToldFailure): number {
  const { code } = EXIT_CODES[told.exit];
  if (output.isJson) output.answer({ error: { ...told, exitCode: code } }, '');
  else output.error(failureText(told));
  return code;
}

function refuse(output: Output, command: string, problems: readonly string[]): number {
  const name = ['counterfoil', command].filter((part) => part !== '').join(' ');
  const remedy = `Run \`${name} --help\`.`;
  const { code } = EXIT_CODES.usage;
  if (output.isJson) {
    const message = `${name}: ${problems.join('; ')}`;
    output.answer({ error: { exit: 'usage', code: null, message, problems, remedy, exitCode: code } }, '');
  } else {
    output.error(
      [`${name}: ${counted(problems.length, 'problem')}`, ...problems.map((one) => `  ${one}`), remedy].join('\n'),
    );
  }
  return code;
}

function globalOptions(
  parsed: Parsed & { kind: 'command' | 'refused' },
  argv: readonly string[],
  io: CliIo,
): GlobalOptions {
  const given = parsed.kind === 'command' ? parsed.given : {};
  const dataDir = given['dataDir'];
  return {
    // A command line that could not be taken apart is answered in the form that it asks for all the same.
    json: given['json'] === true || (parsed.kind === 'refused' && argv.includes('--json')),
    quiet: given['quiet'] === true,
    verbose: given['verbose'] === true,
    color: given['color'] !== false && !io.noColor && io.stdout.isTTY,
    dataDir: typeof dataDir === 'string' ? dataDir : undefined,
  };
}

function globalProblems(given: Readonly<Record<string, unknown>>): readonly string[] {
  return given['dataDir'] === true ? ['--data-dir needs a value'] : [];
}
