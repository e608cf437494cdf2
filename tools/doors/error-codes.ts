import ts from 'typescript';
import { type Finding, findingAt, isTest, nodesOf, type SourceFile } from './source-file.ts';

const TABLE = 'src/kernel/error-codes.ts';
/** The table itself and the parts that it is put together of. */
const TABLE_FILE = /^src\/kernel\/([a-z]+-)?error-codes\.ts$/;

/** Codes that are thrown without being in the table (errors), and codes of the table that nothing uses (notices). */
export function errorCodes(files: readonly SourceFile[], known: readonly string[]): readonly Finding[] {
  const product = files.filter(({ path }) => path.startsWith('src/') && !TABLE_FILE.test(path) && !isTest(path));
  const used = new Set<string>();
  const unknown: Finding[] = [];
  for (const file of product) {
    for (const node of nodesOf(file.ast)) {
      if (ts.isStringLiteralLike(node)) used.add(node.text);
      const code = thrownCode(node);
      if (code !== undefined && !known.includes(code)) {
        unknown.push(findingAt(file, node, 'error-codes', `${code} is not in ${TABLE}`));
      }
    }
  }
  return [
    ...unknown,
    ...unused(
      files,
      known.filter((code) => !used.has(code)),
    ),
  ];
}

function thrownCode(node: ts.Node): string | undefined {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'CounterfoilError') return undefined;
  const code = node.arguments?.[0];
  return code && ts.isStringLiteralLike(code) ? code.text : undefined;
}

function unused(files: readonly SourceFile[], codes: readonly string[]): readonly Finding[] {
  return files.filter(({ path }) => TABLE_FILE.test(path)).flatMap((table) => unusedIn(table, codes));
}

function unusedIn(table: SourceFile, codes: readonly string[]): readonly Finding[] {
  const keys = [...nodesOf(table.ast)].filter(ts.isPropertyAssignment);
  return keys
    .filter(({ name }) => ts.isStringLiteral(name) && codes.includes(name.text))
    .map((key) => ({
      ...findingAt(table, key, 'error-codes', `${key.name.getText().slice(1, -1)} is used nowhere`),
      severity: 'notice',
    }));
}
