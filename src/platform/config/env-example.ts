import { CounterfoilError } from '../../kernel/errors.ts';
import { type ConfigRow, describeConfig } from './describe-config.ts';
import type { Environment } from './environment.ts';

/** Columns of a comment. */
const WIDTH = 100;

const EXAMPLE = 'Settings of Counterfoil. All of them are optional: copy this file to .env and change what you need.';
const HEAD = [
  'An empty value counts as not set. To keep a value out of the environment, put it into a file and name the file',
  'in the variable of the same name with _FILE, such as COUNTERFOIL_MASTER_KEY_FILE=/run/secrets/master_key.',
];

/** The text of `.env.example`: every variable with its description, commented out. */
export function envExample(): string {
  return envText(EXAMPLE, {});
}

/** The text of a file of settings: every variable with its description, those with a value switched on. */
export function envText(title: string, values: Environment): string {
  const head = [title, ...HEAD].map((line) => `# ${line}`).join('\n');
  return `${[head, ...describeConfig().map((row) => block(row, values))].join('\n\n')}\n`;
}

function block(row: ConfigRow, values: Environment): string {
  const text = [
    row.description,
    ...(row.isSecret ? ['Secret.'] : []),
    ...(row.without === undefined ? [] : [`Without it: ${row.without}.`]),
  ].join(' ');
  const set = [row.name, `${row.name}_FILE`].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const lines = set.length > 0 ? set : [`#${row.name}=${row.default ?? ''}`];
  return [...wrapped(text).map((line) => `# ${line}`), ...lines].join('\n');
}

/** As the reader of such files takes it back: plain words as they are, everything else in quotes that it does not hold. */
function quoted(value: string): string {
  if (/^[\w.,:/@%+=~-]*$/.test(value)) return value;
  const quote = ["'", '`', '"'].find((one) => !value.includes(one));
  if (quote === undefined || (quote === '"' && value.includes('\\n')))
    throw new CounterfoilError('config.invalid', {
      detail:
        'A value with all three kinds of quotes cannot be written to a file of settings: keep it in a file of its own.',
    });
  return `${quote}${value}${quote}`;
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
