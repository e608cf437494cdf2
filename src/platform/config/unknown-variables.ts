import type { Environment } from './environment.ts';
import { fileVariant } from './gather.ts';
import type { ConfigProblem } from './problem.ts';
import { VARIABLE_NAMES } from './variables.ts';

const PREFIX = 'COUNTERFOIL_';
/** Read by tests and tools only: where the reference material lies. */
const READ_ELSEWHERE = ['COUNTERFOIL_SHARED'];
/** Set by Kubernetes in every pod beside a service whose name starts with `counterfoil`; nobody wrote them. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)$/;
/** Letters that may differ for a name to be suggested. */
const MAX_DISTANCE = 4;

const KNOWN = new Set([...VARIABLE_NAMES, ...VARIABLE_NAMES.map(fileVariant), ...READ_ELSEWHERE]);

/** Variables that look like ours and are none: a mistyped one would be silently without effect. */
export function unknownVariables(environment: Environment): readonly ConfigProblem[] {
  const ours = Object.keys(environment).filter((name) => name.toUpperCase().startsWith(PREFIX));
  const unknown = ours.filter((name) => !KNOWN.has(name) && !SERVICE_LINK.test(name));
  return unknown.sort().map((name) => ({ name, problem: `there is no such variable${suggestion(name)}` }));
}

function suggestion(name: string): string {
  const written = name.toUpperCase();
  const withoutPrefix = [...KNOWN].find((known) => `${PREFIX}${known}` === written);
  const nearest = withoutPrefix ?? closest(written);
  return nearest === undefined ? '; remove it' : `; did you mean ${nearest}?`;
}

function closest(name: string): string | undefined {
  const ranked = [...KNOWN]
    .filter((known) => !READ_ELSEWHERE.includes(known))
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= MAX_DISTANCE ? best.known : undefined;
}

/** Fewest letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
