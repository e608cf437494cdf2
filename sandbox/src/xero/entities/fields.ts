import { decimalAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { isObject, type Json, type JsonDraft, type JsonObject } from '../../core/exact/json.ts';
import { readDay } from '../basics/dates.ts';
import { Invalid } from '../basics/refusal.ts';

/** The members of an object that were given; null counts as not given. */
export function given(value: Json | undefined): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined));
}

/** The named members that are there. */
export function picked(source: JsonObject, names: readonly string[]): JsonObject {
  const found: JsonDraft = {};
  for (const name of names) if (source[name] !== undefined) found[name] = source[name];
  return found;
}

/** A text of bounded length; undefined when it is missing. */
export function shortText(source: JsonObject, name: string, max: number): string | undefined {
  const text = textAt(source, name);
  if (text !== undefined && text.length > max) throw new Invalid(`${name} must be at most ${max} characters long`);
  return text;
}

/** A number, also one sent as text, as Xero takes it. */
export function numberAt(source: JsonObject, name: string): Decimal | undefined {
  const value = source[name];
  if (value === undefined || value === null || value === '') return undefined;
  const read = typeof value === 'string' ? Decimal.parse(value) : decimalAt(source, name);
  if (read === undefined) throw new Invalid(`${name} is not a number`);
  return read;
}

/** A day that was sent; undefined when it is missing. */
export function dayAt(source: JsonObject, name: string): string | undefined {
  const text = textAt(source, name);
  return text === undefined || text === '' ? undefined : readDay(text, name);
}

/** One of the allowed texts. */
export function choiceAt<T extends string>(source: JsonObject, name: string, choices: readonly T[], otherwise: T): T {
  const text = textAt(source, name);
  if (text === undefined) return otherwise;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Invalid(`${name} '${text}' is not valid`);
  return found;
}
