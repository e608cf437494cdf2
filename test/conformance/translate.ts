import type { Dialect } from './dialect.ts';
import { leafSchema, type TargetSchema } from './leaf-schema.ts';
import { referenceName, type SchemaObject } from './openapi.ts';

/**
 * Where a schema stands. A `value` describes a whole value by itself and is closed; a `part` is one of several schemas
 * over the same value (`allOf`), so only the schema around the parts can know which fields are unknown.
 */
export type Place = 'value' | 'part';

/** What translation needs from the description around a schema. */
export interface TranslateContext {
  readonly dialect: Dialect;
  /** The component a reference names. */
  resolve(name: string): SchemaObject;
  /** Notes that the component is needed in that place and gives the id it is registered under. */
  refer(name: string, place: Place): string;
}

/**
 * Turns a schema of the OpenAPI 3.0 dialect into JSON Schema 2020. `oneOf` is judged as `anyOf`: the descriptions use
 * it with branches that overlap (a typed object or a free one), which exactly-one would refuse.
 */
export function translateSchema(schema: SchemaObject, place: Place, context: TranslateContext): TargetSchema {
  if (schema.$ref !== undefined) return { $ref: context.refer(referenceName(schema.$ref), place) };
  assertSupported(schema);
  return {
    ...leafSchema(schema, context.dialect),
    ...childSchemas(schema, context),
    ...combinedSchemas(schema, place, context),
    ...(context.dialect.closed && place === 'value' ? closing(schema, context.dialect) : {}),
  };
}

function childSchemas(schema: SchemaObject, context: TranslateContext): TargetSchema {
  const { properties, items, additionalProperties: others, required, minItems, maxItems } = schema;
  return {
    ...(properties === undefined ? {} : { properties: propertySchemas(properties, context) }),
    ...(required === undefined ? {} : { required: required.filter((name) => !isRefused(properties?.[name], context)) }),
    ...(items === undefined ? {} : { items: translateSchema(items, 'value', context) }),
    ...(typeof others === 'object' ? { additionalProperties: translateSchema(others, 'value', context) } : {}),
    ...(typeof others === 'boolean' ? { additionalProperties: others } : {}),
    ...(minItems === undefined ? {} : { minItems }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
}

function propertySchemas(properties: Readonly<Record<string, SchemaObject>>, context: TranslateContext): TargetSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      isRefused(schema, context) ? false : translateSchema(schema, 'value', context),
    ]),
  );
}

/** A read-only field may not be sent. */
function isRefused(schema: SchemaObject | undefined, context: TranslateContext): boolean {
  if (schema === undefined || !context.dialect.closed) return false;
  if (schema.$ref !== undefined) return context.resolve(referenceName(schema.$ref)).readOnly === true;
  return schema.readOnly === true;
}

function combinedSchemas(schema: SchemaObject, place: Place, context: TranslateContext): TargetSchema {
  const { allOf, not } = schema;
  const union = schema.anyOf ?? schema.oneOf;
  // A union that stands alone is closed branch by branch, so that fields of two branches cannot be mixed.
  const branchPlace = hasFields(schema) ? 'part' : place;
  return {
    ...(allOf === undefined ? {} : { allOf: allOf.map((part) => translateSchema(part, 'part', context)) }),
    ...(union === undefined ? {} : { anyOf: union.map((branch) => translateSchema(branch, branchPlace, context)) }),
    ...(not === undefined ? {} : { not }),
  };
}

function hasFields(schema: SchemaObject): boolean {
  return schema.allOf !== undefined || schema.properties !== undefined || schema.additionalProperties !== undefined;
}

function closing(schema: SchemaObject, dialect: Dialect): TargetSchema {
  const union = schema.anyOf ?? schema.oneOf;
  if (schema.additionalProperties !== undefined) return {};
  if (schema.allOf !== undefined) return { unevaluatedProperties: false };
  if (schema.properties !== undefined) {
    return union === undefined ? { additionalProperties: false } : { unevaluatedProperties: false };
  }
  // An object without fields: in JSON any object, in a form (empty parameter lists) none of them.
  const empty = schema.type === 'object' && union === undefined && dialect.textual;
  return empty ? { additionalProperties: false } : {};
}

const SUPPORTED = new Set([
  ...['type', 'nullable', 'enum', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'minItems', 'maxItems', 'items', 'properties', 'required', 'additionalProperties'],
  ...['readOnly', 'allOf', 'anyOf', 'oneOf', 'not'],
  // These say nothing about validity.
  ...['title', 'description', 'default', 'example', 'deprecated', 'externalDocs'],
]);

function assertSupported(schema: SchemaObject): void {
  const unknown = Object.keys(schema).find((keyword) => !SUPPORTED.has(keyword) && !keyword.startsWith('x-'));
  if (unknown !== undefined) throw new Error(`the judge does not know the schema keyword ${unknown}`);
  if (schema.anyOf !== undefined && schema.oneOf !== undefined) throw new Error('anyOf beside oneOf is not supported');
  if (schema.not !== undefined && Object.keys(schema.not).some((keyword) => keyword !== 'required')) {
    throw new Error('not is supported with required only');
  }
}
