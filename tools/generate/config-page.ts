import type { ConfigRow } from '../../src/platform/config/index.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

/** The reference of every environment variable. */
export function configPage(rows: readonly ConfigRow[]): string {
  return page(
    generatedFrom('src/platform/config/variables.ts'),
    '# Configuration',
    'Every variable is optional. An empty value counts as not set, and an unknown variable whose name starts with ' +
      '`COUNTERFOIL_` is an error at the start, so that a mistyped one cannot be without effect. To keep a value out of ' +
      'the environment, put it into a file and name the file in the variable of the same name with `_FILE` at its end.',
    table(
      ['variable', 'default', 'secret', 'what it does'],
      rows.map((row) => [code(row.name), defaultOf(row), row.isSecret ? 'yes' : '', row.description]),
    ),
  );
}

function defaultOf(row: ConfigRow): string {
  return row.default === undefined ? (row.without ?? '') : code(row.default);
}
