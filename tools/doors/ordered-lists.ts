import ts from 'typescript';
import { type Finding, findingAt, isTest, nodesOf, type SourceFile } from './source-file.ts';
import { isOrdered, readsRows, sqlTextOf } from './sql-text.ts';

/** Functions through which lists are read, with the position of their statement. */
const READER = 'rows';
const STATEMENT = 1;
/** A statement handed from function to function is followed this far. */
const MAX_DEPTH = 4;

/**
 * Lists that the database may give in any order: each statement that is read by `rows(tx, sql…)` needs an `order by` of
 * its own. Follows constants and parameters within the file.
 */
export function orderedLists(file: SourceFile): readonly Finding[] {
  if (isTest(file.path)) return [];
  return callsOf(file, READER)
    .flatMap((call) => unordered(file, call.arguments[STATEMENT], true))
    .map((node) => findingAt(file, node, 'ordered-lists', 'a list without an order: add order by, or use firstRow'));
}

/** The places where an order is missing. `whole`: a statement; otherwise the end of one, whose start is elsewhere. */
function unordered(file: SourceFile, node: ts.Expression | undefined, whole: boolean, depth = 0): readonly ts.Node[] {
  if (!node || depth > MAX_DEPTH) return [];
  const statement = ts.isParenthesizedExpression(node) || ts.isAsExpression(node) ? node.expression : node;
  if (ts.isConditionalExpression(statement)) {
    return [statement.whenTrue, statement.whenFalse].flatMap((one) => unordered(file, one, whole, depth + 1));
  }
  if (ts.isIdentifier(statement)) return unorderedName(file, statement, whole, depth + 1);
  const text = sqlTextOf(statement);
  if (!text || isOrdered(text) || (whole && !readsRows(text))) return [];
  const ends = text.parts.filter((part) => ts.isIdentifier(part) && isStatement(file, part));
  const missing = ends.map((end) => unordered(file, end, false, depth + 1));
  // One part that brings the order is enough.
  const fewest = missing.sort((a, b) => a.length - b.length)[0];
  return fewest ?? [statement];
}

function unorderedName(file: SourceFile, name: ts.Identifier, whole: boolean, depth: number): readonly ts.Node[] {
  const from = declarationOf(file, name);
  if (!from) return [name];
  if (ts.isVariableDeclaration(from)) return unordered(file, from.initializer, whole, depth);
  const position = from.parent.parameters.indexOf(from);
  const calls = callsOf(file, nameOf(from.parent));
  return calls.flatMap((call) => unordered(file, call.arguments[position], whole, depth));
}

/** Values are filled in as well: only a constant or parameter that is SQL itself can bring an order. */
function isStatement(file: SourceFile, name: ts.Identifier): boolean {
  const from = declarationOf(file, name);
  if (!from) return false;
  if (ts.isVariableDeclaration(from))
    return from.initializer !== undefined && sqlTextOf(from.initializer) !== undefined;
  const position = from.parent.parameters.indexOf(from);
  return callsOf(file, nameOf(from.parent)).some((call) => {
    const given = call.arguments[position];
    return given !== undefined && sqlTextOf(given) !== undefined;
  });
}

/** Where a name comes from: a parameter of a function around it, or a constant of the file. */
function declarationOf(
  { ast }: SourceFile,
  name: ts.Identifier,
): (ts.ParameterDeclaration & { parent: ts.SignatureDeclaration }) | ts.VariableDeclaration | undefined {
  for (let scope: ts.Node = name.parent; scope !== undefined; scope = scope.parent) {
    if (!ts.isFunctionLike(scope)) continue;
    const found = scope.parameters.find((parameter) => parameter.name.getText() === name.text);
    if (found) return found as ts.ParameterDeclaration & { parent: ts.SignatureDeclaration };
  }
  return [...nodesOf(ast)].find((node) => ts.isVariableDeclaration(node) && node.name.getText() === name.text) as
    | ts.VariableDeclaration
    | undefined;
}

function nameOf(declared: ts.SignatureDeclaration): string {
  if (declared.name) return declared.name.getText();
  const { parent } = declared;
  return ts.isVariableDeclaration(parent) ? parent.name.getText() : '';
}

function callsOf({ ast }: SourceFile, name: string): ts.CallExpression[] {
  return [...nodesOf(ast)].filter(
    (node) => ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name,
  ) as ts.CallExpression[];
}
