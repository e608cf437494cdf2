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

/** Last second of the year 9999. What is later, or before 1970, is no time of anything here and fits in no calendar. */
export const MAX_UNIX_SECONDS = 253_402_300_799;

/** Unix seconds; null when absent, no whole number or no time, see {@link MAX_UNIX_SECONDS}. */
export function secondsOf(value: Json | undefined, name: string): number | null {
  const found = fieldOf(value, name);
  return typeof found === 'number' && Number.isInteger(found) && isTime(found) ? found : null;
}

/** An instant in ms, or null when it is none, or before 1970 or after 9999. */
export function instantOrNull(ms: number): number | null {
  return isTime(Math.floor(ms / 1_000)) ? ms : null;
}

function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= MAX_UNIX_SECONDS;
}
