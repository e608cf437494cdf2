import type { Dialect } from './dialect.ts';
import { NUMERIC_TEXT, type NumericText } from './numeric-text.ts';
import type { SchemaObject } from './openapi.ts';

/** A schema in JSON Schema 2020, as ajv takes it. */
export type TargetSchema = { readonly [keyword: string]: unknown };

/** Formats that are checked; the descriptions' other format names only annotate (`double`, `int32`, `unix-time` …). */
export const CHECKED_FORMATS = ['date', 'date-time', 'email', 'uri', 'decimal'] as const;

/** The keywords of a schema that concern one value without looking into it: type, null, lists of values, bounds. */
export function leafSchema(schema: SchemaObject, dialect: Dialect): TargetSchema {
  return dialect.textual && isScalar(schema) ? textualLeaf(schema, dialect) : jsonLeaf(schema, dialect);
}

function jsonLeaf(schema: SchemaObject, dialect: Dialect): TargetSchema {
  const values = allowedValues(schema, dialect);
  const nullable = acceptsNull(schema);
  return {
    ...(schema.type === undefined ? {} : { type: nullable ? [schema.type, 'null'] : schema.type }),
    ...(values === undefined ? {} : { enum: nullable && !values.includes(null) ? [...values, null] : values }),
    ...textBounds(schema),
    ...numberBounds(schema),
    ...msDate(schema, dialect),
  };
}

/** Xero takes days as ISO dates and answers them, as instants, in a form of its own. */
function msDate(schema: SchemaObject, dialect: Dialect): TargetSchema {
  if (schema['x-is-msdate'] !== true && schema['x-is-msdate-time'] !== true) return {};
  return { pattern: dialect.closed ? MS_DAY_SENT : MS_DATE_ANSWERED };
}

const MS_DAY_SENT = '^\\d{4}-\\d{2}-\\d{2}$';
const MS_DATE_ANSWERED = '^/Date\\(-?\\d+(?:\\+0000)?\\)/$';

function textualLeaf(schema: SchemaObject, dialect: Dialect): TargetSchema {
  if (schema.type === 'boolean') return { type: 'string', enum: ['true', 'false'] };
  if (schema.type === 'integer' || schema.type === 'number') {
    const text: NumericText = { kind: schema.type, ...numberBounds(schema) };
    return { type: 'string', [NUMERIC_TEXT]: text, ...textEnum(schema.enum) };
  }
  return { type: 'string', ...textEnum(allowedValues(schema, dialect)), ...textBounds(schema) };
}

function textEnum(values: readonly unknown[] | undefined): TargetSchema {
  return values === undefined ? {} : { enum: values.map(String) };
}

function isScalar(schema: SchemaObject): boolean {
  return schema.type !== undefined && schema.type !== 'object' && schema.type !== 'array';
}

function allowedValues(schema: SchemaObject, dialect: Dialect): readonly unknown[] | undefined {
  if (schema.enum !== undefined) return schema.enum;
  // An answer may bring a value that is newer than the list; a request with one is a misspelling.
  return dialect.closed ? schema['x-known-values'] : undefined;
}

// The reduced files write a nullable union as one more branch that holds nothing but null; a type beside the union
// then has to allow null as well.
function acceptsNull(schema: SchemaObject): boolean {
  return schema.nullable === true || [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(isNullOnly);
}

function isNullOnly(schema: SchemaObject): boolean {
  return schema.nullable === true && schema.enum?.length === 1 && schema.enum[0] === null;
}

function textBounds(schema: SchemaObject): TargetSchema {
  const { pattern, minLength, maxLength, format } = schema;
  return {
    ...(pattern === undefined ? {} : { pattern }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(CHECKED_FORMATS.some((known) => known === format) ? { format } : {}),
  };
}

/** OpenAPI 3.0 writes an exclusive bound as a flag beside `minimum`; JSON Schema 2020 as the bound itself. */
function numberBounds(schema: SchemaObject): { minimum?: number; exclusiveMinimum?: number; maximum?: number } {
  const { minimum, maximum, exclusiveMinimum } = schema;
  return {
    ...(minimum === undefined ? {} : exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}
