import { Decimal } from './decimal.ts';

/** A JSON value whose numbers are exact decimals. */
export type Json = null | boolean | string | Decimal | JsonList | JsonObject;
/** An array of exact JSON values. */
export type JsonList = readonly Json[];
/** An object of exact JSON values; a missing member reads as undefined. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
/** A JSON object under construction. */
export type JsonDraft = Record<string, Json | undefined>;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWithSource = JSON.parse as unknown as (text: string, reviver: Reviver) => unknown;

/** Parses JSON with every number taken from its digits; throws `SyntaxError` on anything that is not JSON. */
export function parseJson(text: string): Json {
  return parseWithSource(text, (_key, value, context) => {
    if (typeof value !== 'number') return value;
    const decimal = Decimal.parse(context.source ?? '');
    if (decimal === undefined) throw new SyntaxError('a number is too long');
    return decimal;
  }) as Json;
}

/** Writes JSON; decimals leave as the digits they hold. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value);
}

/** Whether the value is an object: neither array nor number. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}

/** Whether the value is an array. */
export function isList(value: Json | undefined): value is JsonList {
  return Array.isArray(value);
}

/** Takes a plain value (a test's patch) into exact JSON; numbers are read from the text JavaScript gives them. */
export function exactJson(value: unknown): Json {
  return parseJson(JSON.stringify(value));
}
