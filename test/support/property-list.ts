import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A property as its file declares it. */
export interface ListedProperty {
  /** What it is about: the part of its name before the colon. */
  readonly area: string;
  readonly law: string;
  /** From the root of the project. */
  readonly path: string;
}

const FILES = '{src,sandbox/src,test}/**/*.properties.test.ts';
const DECLARATION = /^ *property\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")/gm;

/** Every property of the project that runs through `properties.ts`, by area and law. */
export function listProperties(root: string): readonly ListedProperty[] {
  const paths = globSync(FILES, { cwd: root }).toSorted();
  return paths.flatMap((path) => propertiesIn(readFileSync(join(root, path), 'utf8'), path)).toSorted(byName);
}

export function propertiesIn(text: string, path: string): readonly ListedProperty[] {
  return [...text.matchAll(DECLARATION)].map((match) => {
    const name = (match[1] ?? match[2] ?? '').replaceAll("\\'", "'");
    const colon = name.indexOf(': ');
    return { area: name.slice(0, Math.max(0, colon)), law: name.slice(colon < 0 ? 0 : colon + 2), path };
  });
}

function byName(a: ListedProperty, b: ListedProperty): number {
  const [left, right] = [`${a.area}: ${a.law}`, `${b.area}: ${b.law}`];
  return left < right ? -1 : Number(left > right);
}
