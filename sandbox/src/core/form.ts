/** A parsed form: text, or nested by brackets. `a[]=x` and `a[0]=x` give arrays. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type Form = { [key: string]: FormValue };

/** Nesting deeper than this is nobody's API call. */
const MAX_DEPTH = 8;

/** Reads `created[gte]=1&expand[]=data.source&metadata[a]=b`. Null when a key is malformed or contradicts another. */
export function parseForm(text: string): Form | null {
  const root: Form = Object.create(null) as Form;
  for (const [key, value] of new URLSearchParams(text)) {
    const path = keyPath(key);
    if (!path || !assign(root, path, value)) return null;
  }
  return root;
}

function keyPath(key: string): string[] | null {
  const open = key.indexOf('[');
  if (open < 0) return [key];
  const brackets = key.slice(open);
  if (!/^(\[[^[\]]*\])+$/.test(brackets)) return null;
  const path = [key.slice(0, open), ...brackets.slice(1, -1).split('][')];
  return path.length > MAX_DEPTH ? null : path;
}

function isIndex(segment: string): boolean {
  return segment === '' || /^\d{1,4}$/.test(segment);
}

function assign(node: Form | FormValue[], path: readonly string[], value: string): boolean {
  const [segment = '', ...rest] = path;
  const key = Array.isArray(node) ? arrayKey(node, segment) : segment;
  if (key === null) return false;
  const holder = node as Form;
  if (rest.length === 0) {
    holder[key] = value;
    return true;
  }
  const next = holder[key] ?? (isIndex(rest[0] ?? '') ? [] : (Object.create(null) as Form));
  if (typeof next === 'string') return false;
  holder[key] = next;
  return assign(next, rest, value);
}

function arrayKey(node: readonly FormValue[], segment: string): string | null {
  if (!isIndex(segment)) return null;
  return segment === '' ? String(node.length) : segment;
}
