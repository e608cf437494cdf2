export interface Column<R> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  cell(row: R): string;
}

const GAP = '  ';

/** Lines of a plain table, without white space at line ends. Empty for no rows. */
export function table<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
  if (rows.length === 0) return '';
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map((column) => column.cell(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const pad = (text: string, i: number) =>
    columns[i]?.align === 'right' ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  return cells.map((line) => line.map(pad).join(GAP).trimEnd()).join('\n');
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Text with thousands separated, for people: `12,843.00`. */
export function grouped(amount: string): string {
  const [whole, ...fraction] = amount.split('.');
  return [whole!.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}
