import { type ConfigRow, describeConfig } from './describe-config.ts';

/** Columns of a comment. */
const WIDTH = 100;

const HEAD = [
  'Settings of Counterfoil. All of them are optional: copy this file to .env and change what you need.',
  'An empty value counts as not set. To keep a value out of the environment, put it into a file and name the file',
  'in the variable of the same name with _FILE, such as COUNTERFOIL_MASTER_KEY_FILE=/run/secrets/master_key.',
];

/** The text of `.env.example`: every variable with its description, commented out. */
export function envExample(): string {
  const head = HEAD.map((line) => `# ${line}`).join('\n');
  return `${[head, ...describeConfig().map(block)].join('\n\n')}\n`;
}

function block(row: ConfigRow): string {
  const text = [
    row.description,
    ...(row.isSecret ? ['Secret.'] : []),
    ...(row.without === undefined ? [] : [`Without it: ${row.without}.`]),
  ].join(' ');
  return [...wrapped(text).map((line) => `# ${line}`), `#${row.name}=${row.default ?? ''}`].join('\n');
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
