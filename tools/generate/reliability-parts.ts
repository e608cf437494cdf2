import { table } from './markdown.ts';

export const NOT_RECORDED = '*Not recorded* at the last full run.';

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Rows of name, value and what the value means. */
export function figureTable(rows: readonly (readonly [string, string, string])[]): string {
  return table(['figure', 'value', 'what it means'], rows);
}

/** The upper bound of the failure rate that clean runs give, in words; with failures the share that failed. */
export function cleanRuns(runs: number, failures: number, what: string): string {
  if (failures > 0) return `**Not clean**: ${count(failures)} failures in ${count(runs)} ${what}.`;
  if (runs < 3) return `${count(runs)} clean ${what} bound nothing.`;
  const share = Number((300 / runs).toPrecision(2));
  return `${count(runs)} clean ${what}: with 95 % confidence fewer than ${share} % of all that could be drawn fail.`;
}
