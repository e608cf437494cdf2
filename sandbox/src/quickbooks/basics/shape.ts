import { Decimal } from '../../core/exact/decimal.ts';
import { isList, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/exact/json.ts';
import { isDate } from './calendar.ts';
import { badElement, badEmail, badEnum, missing, tooLong } from './fault.ts';

/**
 * What a request may carry under one name. `readonly` is accepted and dropped: a client that reads, changes and sends
 * the whole object back carries those along.
 */
export type Field =
  | 'text'
  | 'flag'
  | 'decimal'
  | 'integer'
  | 'date'
  | 'email'
  | 'any'
  | 'readonly'
  | { readonly max: number }
  | { readonly oneOf: readonly string[] }
  | { readonly list: Field }
  | { readonly object: Shape; readonly required?: readonly string[] };

/** Fields by name; a name outside is refused with 2010. */
export interface Shape {
  readonly [name: string]: Field;
}

const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;

/** The checked copy of a request object: known members of the right type, nulls and read-only members left out. */
export function checkShape(value: JsonObject, shape: Shape, path = ''): JsonObject {
  const checked: JsonDraft = {};
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const element = path === '' ? name : `${path}.${name}`;
    if (field === undefined) throw badElement(element, 'is unsupported or invalid');
    if (field === 'readonly' || member === null || member === undefined) continue;
    checked[name] = checkField(member, field, element);
  }
  return checked;
}

function checkField(value: Json, field: Field, element: string): Json {
  if (typeof field === 'string') return checkPlain(value, field, element);
  if ('max' in field) return checkLength(textOf(value, element), field.max, element);
  if ('oneOf' in field) return checkChoice(textOf(value, element), field.oneOf, element);
  if ('list' in field) {
    if (!isList(value)) throw badElement(element, 'must be an array');
    return value.map((item) => checkField(item, field.list, element));
  }
  if (!isObject(value)) throw badElement(element, 'must be an object');
  const checked = checkShape(value, field.object, element);
  for (const name of field.required ?? []) if (checked[name] === undefined) throw missing(`${element}.${name}`);
  return checked;
}

function checkPlain(value: Json, field: string, element: string): Json {
  switch (field) {
    case 'flag':
      if (typeof value !== 'boolean') throw badElement(element, 'must be true or false');
      return value;
    case 'decimal':
      if (!(value instanceof Decimal)) throw badElement(element, 'must be a number');
      return value;
    case 'integer':
      if (!(value instanceof Decimal) || value.scale !== 0) throw badElement(element, 'must be a whole number');
      return value;
    case 'date':
      if (!isDate(textOf(value, element))) throw badElement(element, 'must be a date, YYYY-MM-DD');
      return value;
    case 'email':
      if (
        !textOf(value, element)
          .split(',')
          .every((part) => EMAIL.test(part.trim()))
      )
        throw badEmail(element);
      return value;
    case 'any':
      return value;
    default:
      return textOf(value, element);
  }
}

function textOf(value: Json, element: string): string {
  if (typeof value !== 'string') throw badElement(element, 'must be a text');
  return value;
}

function checkLength(text: string, max: number, element: string): string {
  if (text.length > max) throw tooLong(element, max);
  return text;
}

function checkChoice(text: string, choices: readonly string[], element: string): string {
  if (!choices.includes(text)) throw badEnum(element, text);
  return text;
}

/** Refuses with 2020 the first of the names the object lacks. */
export function requireMembers(value: JsonObject, names: readonly string[]): void {
  for (const name of names) if (value[name] === undefined || value[name] === '') throw missing(name);
}
