import ts from 'typescript';
import { isDeclaredAround } from './scope.ts';
import { type Finding, findingAt, isTest, nodesOf, type SourceFile } from './source-file.ts';

/** Something that only few files may touch, so that a simulation can take its place. */
interface Door {
  readonly rule: string;
  readonly instead: string;
  /** Names that everybody can see. */
  readonly globals: readonly string[];
  /** `object.member` of such a name. */
  readonly members: readonly string[];
  /** Names by the built-in module that exports them; `*` for all. */
  readonly exports: Readonly<Record<string, readonly string[]>>;
  readonly places: readonly RegExp[];
}

/** Where the sandbox meets the real world: its own listener, its command line and doors handed to its providers. */
const SANDBOX_EDGE = /^sandbox\/src\/(http\/|cli[^/]*\.ts$|(.+\/)?doors\.ts$)/;

const DOORS: readonly Door[] = [
  {
    rule: 'time',
    instead: 'use the Clock that is handed in',
    globals: ['setTimeout', 'setInterval', 'setImmediate'],
    members: [
      'Date.now',
      'performance.now',
      'performance.timeOrigin',
      'process.hrtime',
      'AbortSignal.timeout',
      'Temporal.Now',
    ],
    exports: { timers: ['*'], 'timers/promises': ['*'], perf_hooks: ['*'] },
    places: [/^src\/kernel\/clock\.ts$/, SANDBOX_EDGE],
  },
  {
    rule: 'chance',
    instead: 'use the Random or the makeId that is handed in',
    globals: [],
    members: ['Math.random', 'crypto.randomUUID', 'crypto.randomBytes', 'crypto.randomInt', 'crypto.getRandomValues'],
    exports: {
      crypto: [
        'randomBytes',
        'randomUUID',
        'randomUUIDv7',
        'randomInt',
        'randomFill',
        'randomFillSync',
        'webcrypto',
        'getRandomValues',
      ],
    },
    places: [/^src\/kernel\/(random|ids)\.ts$/, SANDBOX_EDGE],
  },
  {
    rule: 'environment',
    instead: 'take it from platform/config',
    globals: [],
    members: ['process.env', 'process.loadEnvFile'],
    exports: { process: ['env'] },
    places: [/^src\/platform\/config\//, /^sandbox\/src\/cli[^/]*\.ts$/],
  },
  {
    rule: 'network',
    instead: 'use platform/transport',
    globals: ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'],
    members: [],
    exports: {},
    places: [/^src\/platform\/transport\//, SANDBOX_EDGE],
  },
];

/** Uses of time, chance, environment and network outside of the files that are their doors. */
export function outsideDoors(file: SourceFile): readonly Finding[] {
  if (isTest(file.path)) return [];
  const doors = DOORS.filter((door) => !door.places.some((place) => place.test(file.path)));
  return [...nodesOf(file.ast)].flatMap((node) =>
    doors.flatMap((door) =>
      usesOf(door, node).map((use) => findingAt(file, node, door.rule, `${use}: ${door.instead}`)),
    ),
  );
}

function usesOf(door: Door, node: ts.Node): readonly string[] {
  if (ts.isImportDeclaration(node)) return importsOf(door, node);
  if (ts.isVariableDeclaration(node)) return takenApart(door, node);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const name = memberName(node);
    if (name === undefined) return [];
    return door.members.includes(name) || door.globals.some((global) => name === `globalThis.${global}`) ? [name] : [];
  }
  if (ts.isIdentifier(node)) return door.globals.includes(node.text) && isUseOfGlobal(node) ? [node.text] : [];
  return door.rule === 'time' && asksForToday(node) ? ['the present date'] : [];
}

/** `new Date()` without arguments, and `Date()` with any. */
function asksForToday(node: ts.Node): boolean {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false;
  const { expression } = node;
  if (!ts.isIdentifier(expression) || expression.text !== 'Date') return false;
  return ts.isCallExpression(node) || (node.arguments?.length ?? 0) === 0;
}

function importsOf(door: Door, { moduleSpecifier, importClause }: ts.ImportDeclaration): readonly string[] {
  if (!ts.isStringLiteral(moduleSpecifier) || importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const forbidden = door.exports[moduleSpecifier.text.replace(/^node:/, '')];
  const bindings = importClause?.namedBindings;
  if (!forbidden) return [];
  if (forbidden.includes('*')) return [moduleSpecifier.text];
  // A whole module is judged by the members that are used.
  if (!bindings || !ts.isNamedImports(bindings)) return [];
  const names = bindings.elements.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text);
  return names.filter((name) => forbidden.includes(name));
}

/** `const { env } = process` */
function takenApart(door: Door, { name, initializer }: ts.VariableDeclaration): readonly string[] {
  if (!ts.isObjectBindingPattern(name) || !initializer || !ts.isIdentifier(initializer)) return [];
  const names = name.elements.map((one) => `${initializer.text}.${(one.propertyName ?? one.name).getText()}`);
  return names.filter((one) => door.members.includes(one));
}

function memberName(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  const object = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!ts.isIdentifier(object)) return undefined;
  if (ts.isPropertyAccessExpression(node)) return `${object.text}.${node.name.text}`;
  const { argumentExpression: key } = node;
  return ts.isStringLiteralLike(key) ? `${object.text}.${key.text}` : undefined;
}

/** Not the name of a member, of a property or of an import, and not declared by the file itself. */
function isUseOfGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isShorthandPropertyAssignment(parent)) return !isDeclaredAround(node);
  const isName = 'name' in parent && parent.name === node;
  const isRenamed = 'propertyName' in parent && parent.propertyName === node;
  return !isName && !isRenamed && !isDeclaredAround(node);
}
