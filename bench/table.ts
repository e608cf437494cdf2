import type { BenchReport, Figure } from './results.ts';

/** The figures of one benchmark for a person. */
export function table({ bench, results }: BenchReport): string {
  const rows = [['metric', 'value', 'against', 'ratio', 'goal', ''], ...results.map(rowOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [
    `\n${bench}`,
    lines[0]!,
    '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)),
    ...lines.slice(1),
    '',
  ].join('\n');
}

function rowOf({ metric, value, unit, against, ratio, goal, met }: Figure): string[] {
  const verdict = met === null ? '' : met ? 'met' : 'MISSED';
  return [
    metric,
    `${value.toLocaleString('en-US')} ${unit}`,
    against ?? '',
    ratio === null ? '' : String(ratio),
    goal ?? '',
    verdict,
  ];
}
