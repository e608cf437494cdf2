import {
  type DescribedCommand,
  type DescribedOption,
  describeCommands,
  describeExitCodes,
} from '../../src/edge/cli/index.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

/** Every command, option and exit code of the command line. */
export function cliPage(): string {
  const { commands, globals } = describeCommands();
  return page(
    generatedFrom('`src/edge/cli`'),
    '# Command line',
    'Data goes to standard output, everything else to standard error. `--json` prints one object.',
    '## Options of every command',
    optionTable(globals),
    ...commands.flatMap(commandParts),
    '## Exit codes',
    table(
      ['code', 'name', 'meaning'],
      describeExitCodes().map((exit) => [String(exit.code), code(exit.name), exit.meaning]),
    ),
  );
}

function commandParts({ usage, description, examples, options }: DescribedCommand): string[] {
  const shown = examples.map(([line, what]) => `# ${what}\n${line}`).join('\n');
  const parts = [`## ${code(`counterfoil ${usage}`)}`, description, `\`\`\`sh\n${shown}\n\`\`\``];
  return options.length === 0 ? parts : [...parts, optionTable(options)];
}

function optionTable(options: readonly DescribedOption[]): string {
  return table(
    ['option', 'meaning'],
    options.map((option) => [code(option.flags), option.help]),
  );
}
