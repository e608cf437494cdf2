import { parse } from 'qs';
import type { SchemaObject } from './openapi.ts';

/** Deepest bracket nesting read; Stripe's own parameters stay under 10. */
const MAX_DEPTH = 20;
/** Most fields read from one form or query, and the largest array index; Stripe itself takes 500 keys of metadata. */
const MAX_FIELDS = 5000;

/**
 * Reads a form or query in bracket notation (`created[gte]=1`, `expand[]=data.customer`) into nested fields whose
 * leaves are text. Throws RangeError when it is deeper or longer than any real one.
 */
export function bracketFields(text: string): Record<string, unknown> {
  return parse(text, {
    depth: MAX_DEPTH,
    strictDepth: true,
    arrayLimit: MAX_FIELDS,
    parameterLimit: MAX_FIELDS,
    throwOnLimitExceeded: true,
    plainObjects: true,
  });
}

/**
 * Reads a plain query. A parameter described as a list gives all its values; any other gives its value, or a list when
 * it was repeated, which no scalar schema accepts.
 */
export function plainFields(
  text: string,
  schemas: Readonly<Record<string, SchemaObject>>,
): Record<string, string | readonly string[]> {
  const search = new URLSearchParams(text);
  const fields: Record<string, string | readonly string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    const [only] = values;
    const isList = schemas[name]?.type === 'array' || values.length !== 1 || only === undefined;
    fields[name] = isList ? values : only;
  }
  return fields;
}
