/** One route of a table; `template` is a path with `{name}` segments. */
export interface Route<T> {
  readonly method: string;
  readonly template: string;
  readonly target: T;
}

/** The route a path belongs to, and what filled its parameters. */
export interface RouteMatch<T> {
  readonly route: Route<T>;
  /** Percent-decoded path parameters by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a method and path: whole segments, case-sensitive, literal segments before `{name}` ones. */
export type Router<T> = (method: string, path: string) => RouteMatch<T> | undefined;

interface Entry<T> {
  readonly route: Route<T>;
  readonly segments: readonly string[];
}

/** Builds a {@link Router}. An empty segment (`/v1/charges/`) never fills a parameter. */
export function createRouter<T>(routes: readonly Route<T>[]): Router<T> {
  const table = new Map<string, Entry<T>[]>();
  for (const route of routes) {
    const segments = route.template.split('/');
    const key = tableKey(route.method, segments.length);
    table.set(key, [...(table.get(key) ?? []), { route, segments }].sort(moreLiteralFirst));
  }
  return (method, path) => {
    const segments = path.split('/');
    for (const entry of table.get(tableKey(method, segments.length)) ?? []) {
      const parameters = matchSegments(entry.segments, segments);
      if (parameters !== undefined) return { route: entry.route, parameters };
    }
    return undefined;
  };
}

/** How an operation is named everywhere: `GET /v1/charges/{id}`. */
export function operationName(method: string, template: string): string {
  return `${method.toUpperCase()} ${template}`;
}

function tableKey(method: string, segments: number): string {
  return `${method.toUpperCase()} ${segments}`;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

function moreLiteralFirst<T>(a: Entry<T>, b: Entry<T>): number {
  return a.segments.filter(isParameter).length - b.segments.filter(isParameter).length;
}

function matchSegments(template: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const actual = path[index] ?? '';
    if (isParameter(expected)) {
      const value = decodeSegment(actual);
      if (value === undefined || value === '') return undefined;
      parameters[expected.slice(1, -1)] = value;
    } else if (expected !== actual) {
      return undefined;
    }
  }
  return parameters;
}

function decodeSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
