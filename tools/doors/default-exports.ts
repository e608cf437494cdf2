import ts from 'typescript';
import { type Finding, findingAt, nodesOf, type SourceFile } from './source-file.ts';

/** Exports without a name of their own: each importer would call the thing differently. */
export function defaultExports(file: SourceFile): readonly Finding[] {
  return [...nodesOf(file.ast)]
    .filter(isDefaultExport)
    .map((node) => findingAt(file, node, 'named-exports', 'a default export: give it its name'));
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) return false;
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
