import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A parsed JSON object whose members nobody has checked yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** A JSON file below the shared folder whose top is an object. */
export function readObject(shared: string, file: string): JsonObject {
  return asObject(JSON.parse(readFileSync(join(shared, file), 'utf8')), file);
}

/** The value as an object; throws naming where it stands when it is something else. */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where}: not an object`);
  return value as JsonObject;
}

/** The value as a list; throws naming where it stands when it is something else. */
export function asList(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where}: not a list`);
  return value;
}

/** The value as text; throws naming where it stands when it is something else. */
export function asText(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new Error(`${where}: not a text`);
  return value;
}

/** The value as a number; throws naming where it stands when it is something else. */
export function asNumber(value: unknown, where: string): number {
  if (typeof value !== 'number') throw new Error(`${where}: not a number`);
  return value;
}

/** `file#/a/b`, with the segments escaped as a JSON pointer needs. */
export function sourceOf(file: string, ...segments: readonly (string | number)[]): string {
  const pointer = segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return `${file}#${pointer.join('')}`;
}
