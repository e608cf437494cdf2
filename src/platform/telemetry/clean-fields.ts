import { JsonNumber } from '../../kernel/json.ts';
import { Secret } from '../../kernel/secret.ts';
import { isSecretField, MASK } from './credential-patterns.ts';
import { errorFields } from './error-fields.ts';
import type { LogFields } from './log.ts';
import { scrub } from './scrub.ts';

/** Levels of objects in each other; deeper ones are only named. */
const MAX_DEPTH = 6;
/** Entries shown of one list or object. */
const MAX_ENTRIES = 50;

/** Values shown in one line, however they are nested: an object that refers to itself many times stays small too. */
const MAX_VALUES = 500;

/** A value that JSON can write and that holds nothing unknown. */
export type CleanValue = string | number | boolean | null | undefined | readonly CleanValue[] | CleanFields;
export interface CleanFields {
  readonly [name: string]: CleanValue;
}

export interface CleanOptions {
  /** Whether errors show their stack. */
  readonly withStack: boolean;
}

/**
 * Fields as they may be written: strings and names searched for credentials, fields named like one masked, errors
 * reduced to an allow-list, and of anything that is not plain data only the kind. The input is not changed.
 */
export function cleanFields(fields: LogFields, options: CleanOptions): CleanFields {
  return cleanObject(fields, { withStack: options.withStack, valuesLeft: MAX_VALUES }, 0);
}

interface Run extends CleanOptions {
  valuesLeft: number;
}

function clean(value: unknown, run: Run, depth: number): CleanValue {
  run.valuesLeft -= 1;
  if (run.valuesLeft < 0) return '[more]';
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'bigint') return String(value);
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return `[${typeof value}]`;
  return cleanInstance(value, run, depth);
}

function cleanInstance(value: object, run: Run, depth: number): CleanValue {
  if (value instanceof Secret) return MASK;
  if (value instanceof Error) return { ...errorFields(value, run.withStack) };
  if (value instanceof JsonNumber) return scrub(value.text);
  if (value instanceof URL) return scrub(value.href);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  // What bytes hold cannot be judged.
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return cleanList(value, run, depth);
  return isPlain(value) ? cleanObject(value, run, depth) : `[${nameOf(value)}]`;
}

function cleanList(values: readonly unknown[], run: Run, depth: number): CleanValue {
  const shown = values.slice(0, MAX_ENTRIES).map((value) => clean(value, run, depth + 1));
  return values.length > MAX_ENTRIES ? [...shown, `… (${values.length} entries)`] : shown;
}

function cleanObject(fields: object, run: Run, depth: number): CleanFields {
  const names = Object.keys(fields);
  const shown = names.slice(0, MAX_ENTRIES).map((name) => [scrub(name), cleanField(fields, name, run, depth)]);
  const more = names.length > MAX_ENTRIES ? [['…', `${names.length} entries`]] : [];
  return Object.fromEntries([...shown, ...more]);
}

function cleanField(fields: object, name: string, run: Run, depth: number): CleanValue {
  try {
    const value: unknown = (fields as Record<string, unknown>)[name];
    const isHidden = isSecretField(name) && value !== undefined && value !== null && typeof value !== 'boolean';
    return isHidden ? MASK : clean(value, run, depth + 1);
  } catch {
    // A getter that throws: the rest of the line is worth more.
    return '[unreadable]';
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: object): string {
  const made: unknown = value.constructor;
  return scrub(typeof made === 'function' && made.name !== '' ? made.name : 'object');
}
