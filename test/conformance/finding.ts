import type { ErrorObject } from 'ajv/dist/2020.js';

/** Which part of a message a finding is about. */
export type MessagePart = 'operation' | 'path' | 'query' | 'header' | 'body' | 'status';

/** One thing wrong with a message. */
export interface Finding {
  readonly part: MessagePart;
  /** JSON path within the part: `$.Line[0].Amount`. */
  readonly at: string;
  /** The rule broken: a JSON Schema keyword, or `unknown`, `missing`, `malformed`, `media-type` for a whole part. */
  readonly rule: string;
  /** The field a rule about names speaks of (`required`, `additionalProperties`). */
  readonly field?: string;
  readonly message: string;
}

/** Longest list of findings of one message that is worth reading; the rest is counted. */
const MAX_LISTED = 20;

/** As lines for a person; beyond {@link MAX_LISTED} only the number of the rest. */
export function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, MAX_LISTED).map(({ part, at, message }) => `${part} ${at}: ${message}`);
  return findings.length > MAX_LISTED ? [...lines, `and ${findings.length - MAX_LISTED} more`] : lines;
}

/** A finding about a part as a whole. */
export function wholeFinding(part: MessagePart, rule: string, message: string): Finding {
  return { part, at: '$', rule, message };
}

/** The findings behind ajv's errors, without the noise of union branches that were never meant. */
export function schemaFindings(part: MessagePart, errors: readonly ErrorObject[]): Finding[] {
  return withoutUnionNoise(errors).map((error) => {
    const field = fieldOf(error);
    return {
      part,
      at: jsonPath(error.instancePath),
      rule: error.keyword,
      ...(field === undefined ? {} : { field }),
      message: messageOf(error, field),
    };
  });
}

/** Rules that tell which branch of a union a value is of, rather than what is wrong inside it. */
const KIND_RULES = new Set(['type', 'enum', 'const']);

// ajv lists the errors of every branch before the union's own. When a branch has something to say beyond "another
// kind of value", that is the useful message; otherwise one line for the union is enough.
function withoutUnionNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  const dropped = new Set<ErrorObject>();
  for (const union of unions) {
    const before = errors.slice(0, errors.indexOf(union)).filter((error) => !dropped.has(error));
    const inside = before.filter((error) => isAtOrUnder(error.instancePath, union.instancePath));
    const telling = inside.filter(
      (error) => error.instancePath !== union.instancePath || !KIND_RULES.has(error.keyword),
    );
    for (const error of inside) if (telling.length === 0 || !telling.includes(error)) dropped.add(error);
    if (telling.length > 0) dropped.add(union);
  }
  return errors.filter((error) => !dropped.has(error));
}

function isAtOrUnder(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

function fieldOf(error: ErrorObject): string | undefined {
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params;
  return [missingProperty, additionalProperty, unevaluatedProperty].find((name) => typeof name === 'string');
}

function messageOf(error: ErrorObject, field: string | undefined): string {
  switch (error.keyword) {
    case 'required':
      return `${field} is required`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `${field} is not described`;
    case 'false schema':
      return 'is read-only';
    case 'anyOf':
      return 'matches none of the described forms';
    case 'enum':
      return `must be one of ${listed(error.params.allowedValues)}`;
    default:
      return error.message ?? error.keyword;
  }
}

/** How many allowed values a message names; a full list of event types would bury the rest. */
const MAX_VALUES_NAMED = 8;

function listed(values: unknown): string {
  if (!Array.isArray(values)) return 'the described values';
  const names = values.slice(0, MAX_VALUES_NAMED).map((value) => JSON.stringify(value));
  return values.length > MAX_VALUES_NAMED ? `${names.join(', ')} … (${values.length} values)` : names.join(', ');
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A JSON pointer as a JSON path: `/Line/0/Amount` is `$.Line[0].Amount`. */
export function jsonPath(pointer: string): string {
  const segments = pointer.split('/').slice(1);
  return segments.reduce((path, segment) => {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\d+$/.test(name)) return `${path}[${name}]`;
    return PLAIN_NAME.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
  }, '$');
}
