import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A TypeScript file of the project, parsed. */
export interface SourceFile {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly ast: ts.SourceFile;
}

/** Something in a file that a rule does not allow. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  /** An error fails the check, a notice is shown. */
  readonly severity: 'error' | 'notice';
}

/** A rule looks at one file at a time. */
export type Rule = (file: SourceFile) => readonly Finding[];

const TEST = /(\.(test|contract)\.ts|\/fixtures(\.ts|\/.+)|\/contract-kit[^/]*\.ts)$/;

/** Whether a file is a test, or belongs to tests only. */
export function isTest(path: string): boolean {
  return TEST.test(path);
}

export function parse(path: string, text: string): SourceFile {
  return { path, ast: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every TypeScript file below the folders, in the order of their paths. A folder that is not there holds none. */
export function readFiles(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(root, folder))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
}

function filesBelow(root: string, folder: string): string[] {
  try {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    const paths = names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
    return paths.filter((path) => /(?<!\.d)\.ts$/.test(path) && !path.includes('/node_modules/'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A finding at a node, as an error. */
export function findingAt(file: SourceFile, node: ts.Node, rule: string, message: string): Finding {
  const { line } = file.ast.getLineAndCharacterOfPosition(node.getStart(file.ast));
  return { path: file.path, line: line + 1, rule, message, severity: 'error' };
}

/** A node and everything inside it, outermost first; types are left out, because they do not run. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    if (!ts.isTypeNode(child) || ts.isExpressionWithTypeArguments(child)) children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}
