import ts from 'typescript';
import { type Finding, findingAt, isTest, nodesOf, type SourceFile } from './source-file.ts';

/** Lines of a file; beyond, it holds more than one concept. Four times our median. */
export const MAX_FILE_LINES = 400;
/** Lines of a function: what fits on a screen (TIGER_STYLE). */
export const MAX_FUNCTION_LINES = 70;

/** Files and functions that have grown too long to be read at once; tests are lists and may be long. */
export function sizes(file: SourceFile): readonly Finding[] {
  if (isTest(file.path)) return [];
  const lines = file.ast.getLineAndCharacterOfPosition(file.ast.text.trimEnd().length).line + 1;
  const long =
    lines > MAX_FILE_LINES
      ? [findingAt(file, file.ast, 'file-length', `${lines} lines: more than ${MAX_FILE_LINES}`)]
      : [];
  return [...long, ...[...nodesOf(file.ast)].flatMap((node) => longFunction(file, node))];
}

function longFunction(file: SourceFile, node: ts.Node): readonly Finding[] {
  if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return [];
  const lineAt = (position: number) => file.ast.getLineAndCharacterOfPosition(position).line;
  const lines = lineAt(node.end) - lineAt(node.getStart(file.ast)) + 1;
  if (lines <= MAX_FUNCTION_LINES) return [];
  const name = node.name?.getText(file.ast) ?? 'a function';
  const message = `${name} has ${lines} lines: more than ${MAX_FUNCTION_LINES}`;
  return [{ ...findingAt(file, node, 'function-length', message), severity: 'notice' }];
}
