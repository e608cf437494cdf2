import { CounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { isObject, type JsonObject } from '../sdk/index.ts';

/** The value when it is a JSON object, else null. */
export function objectOf(value: Json | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

/** The objects of a list; an absent list is empty, and what is no object is left out. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((item) => item !== null) : [];
}

/** Non-empty text, also when an id came as a number; else null. */
export function textOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The id inside a reference field such as `CustomerRef: {value, name}`, or null. */
export function referenceOf(object: JsonObject | null, field: string): string | null {
  return textOf(objectOf(object?.[field])?.value);
}

/** Text that must be there. Throws `record.unreadable`. */
export function requireText(object: JsonObject, field: string): string {
  return textOf(object[field]) ?? unreadable(field);
}

/** The object under `key` of an answer, such as `{Invoice: {…}}`. Throws `record.unreadable`. */
export function requireObject(body: Json, key: string): JsonObject {
  return objectOf(objectOf(body)?.[key]) ?? unreadable(key);
}

/** Throws `record.unreadable` for a field that is missing or has a form that we do not know. */
export function unreadable(field: string, detail?: string): never {
  throw new CounterfoilError('record.unreadable', {
    field,
    detail: detail ?? `${field} is missing or has an unknown form`,
  });
}
