import ts from 'typescript';
import { type Finding, findingAt, isTest, type SourceFile } from './source-file.ts';

const PURE_NAME = /\/(plan|normalise|compare|match|map)(-[^/]*)?\.ts$|\/plan\/[^/]+\.ts$/;
/** Things with effects: their types alone would make a parameter a port. */
const PORTS = new Set([
  'Clock',
  'systemClock',
  'Random',
  'systemRandom',
  'MakeId',
  'Log',
  'Metrics',
  'Database',
  'Tx',
  'Transport',
  'Vault',
  'Doors',
]);
const MODULES_WITHOUT_EFFECTS = ['node:util', 'node:buffer'];

/** Files known by name take values and return values: nothing in them waits, and nothing is handed in that acts. */
export function pureFiles(file: SourceFile): readonly Finding[] {
  if (!PURE_NAME.test(file.path) || isTest(file.path)) return [];
  return [...nodesWithTypes(file.ast)].flatMap((node) => {
    const found = impurity(node);
    return found === undefined
      ? []
      : [findingAt(file, node, 'pure', `${found}: the file's name promises a pure function`)];
  });
}

function impurity(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (node.kind === ts.SyntaxKind.AwaitKeyword) return 'await';
  if (ts.isIdentifier(node) && node.text === 'Promise') return 'Promise';
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return 'import()';
  if (ts.isImportSpecifier(node)) {
    const { text } = node.propertyName ?? node.name;
    return PORTS.has(text) ? `the port ${text}` : undefined;
  }
  if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return undefined;
  const { text } = node.moduleSpecifier;
  return text.startsWith('node:') && !MODULES_WITHOUT_EFFECTS.includes(text) ? text : undefined;
}

function* nodesWithTypes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) if (!ts.isJSDoc(child)) yield* nodesWithTypes(child);
}
