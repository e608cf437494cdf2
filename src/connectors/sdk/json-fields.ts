import { type Json, JsonNumber } from '../../kernel/json.ts';

export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** A field of what may be an object; null when there is none. */
export function fieldOf(value: Json | undefined, name: string): Json {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

export function textOf(value: Json | undefined, name: string): string | null {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : null;
}

/** Unix seconds; null when absent or no whole number. */
export function secondsOf(value: Json | undefined, name: string): number | null {
  const found = fieldOf(value, name);
  return typeof found === 'number' && Number.isInteger(found) ? found : null;
}
