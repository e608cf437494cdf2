import { Decimal } from './decimal.ts';
import { isList, isObject, type JsonList, type JsonObject } from './json.ts';

/** Typed look into a checked object: the member when it has that type, else undefined. */
export function textAt(source: JsonObject | undefined, key: string): string | undefined {
  const value = source?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** The member when it is true or false. */
export function flagAt(source: JsonObject | undefined, key: string): boolean | undefined {
  const value = source?.[key];
  return typeof value === 'boolean' ? value : undefined;
}

/** The member when it is a number. */
export function decimalAt(source: JsonObject | undefined, key: string): Decimal | undefined {
  const value = source?.[key];
  return value instanceof Decimal ? value : undefined;
}

/** The member as minor units, or undefined when it is not a number. */
export function minorAt(source: JsonObject | undefined, key: string): bigint | undefined {
  return decimalAt(source, key)?.toMinor();
}

/** The member when it is an object. */
export function objectAt(source: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = source?.[key];
  return isObject(value) ? value : undefined;
}

function listAt(source: JsonObject | undefined, key: string): JsonList {
  const value = source?.[key];
  return isList(value) ? value : [];
}

/** The objects of a list member; anything else in it is left out. */
export function objectsAt(source: JsonObject | undefined, key: string): readonly JsonObject[] {
  return listAt(source, key).filter(isObject);
}

/** The id inside a reference member (`{"value": "58"}`). */
export function refAt(source: JsonObject | undefined, key: string): string | undefined {
  return textAt(objectAt(source, key), 'value');
}
