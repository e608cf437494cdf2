import { describeExitCodes } from './exit-codes.ts';
import { table } from './table.ts';

/** The head of a help text: what to type, before what there is. */
export function examplesText(examples: readonly (readonly [line: string, what: string])[]): string {
  if (examples.length === 0) return '';
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  return `Examples:\n${lines.join('\n')}\n`;
}

export function exitCodesText(): string {
  const rows = describeExitCodes().map(({ code, meaning }) => ({ code: String(code), meaning }));
  const lines = table(rows, [
    { title: 'code', align: 'right', cell: (row) => row.code },
    { title: 'meaning', cell: (row) => row.meaning },
  ]).split('\n');
  return `\nExit codes:\n${lines
    .slice(1)
    .map((line) => `  ${line}`)
    .join('\n')}`;
}
