import type { LogDestination } from './log.ts';

/** Turns the JSON lines of a log into lines for people: `09:26:53.120 WARN  message  name=value`. */
export function plainLines(destination: LogDestination): LogDestination {
  return { write: (line) => destination.write(`${plainLine(JSON.parse(line))}\n`) };
}

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

function plainLine({ time, level, message, ...fields }: LogLine): string {
  const clock = time.slice(11, 23);
  return (
    [`${clock} ${level.toUpperCase().padEnd(5)} ${visible(message)}`, ...pairsOf('', fields)].join('  ') +
    stacksOf(fields)
  );
}

/** Nested values with dotted names, so that a line stays one line. */
function pairsOf(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${visible(name)}=${textOf(value)}`];
  const inner = Object.entries(value).filter(([key]) => key !== 'stack');
  if (inner.length === 0 && name !== '') return [`${visible(name)}=${Array.isArray(value) ? '[]' : '{}'}`];
  return inner.flatMap(([key, one]) => pairsOf(name === '' ? key : `${name}.${key}`, one));
}

function textOf(value: unknown): string {
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? visible(text) : visible(JSON.stringify(text));
}

/** Stacks of errors below the line, indented: no text of theirs can look like a line of its own. */
function stacksOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, inner]) => (key === 'stack' && typeof inner === 'string' ? indented(inner) : stacksOf(inner)))
    .join('');
}

function indented(stack: string): string {
  return stack
    .split('\n')
    .map((line) => `\n    ${visible(line.trimStart())}`)
    .join('');
}

/** Control characters as escapes: text from outside can neither start a line nor steer the terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
