import { Decimal } from '../../core/exact/decimal.ts';
import { isObject, type Json, type JsonObject } from '../../core/exact/json.ts';
import { type Calendar, isDate } from '../basics/calendar.ts';
import { queryValidationError } from '../basics/fault.ts';
import type { EntityName } from '../store/entity.ts';
import { type FieldType, filterable } from './fields.ts';
import type { Condition } from './statement.ts';

/** A value in the form it compares in. */
type Comparable = string | number | Decimal | boolean;
/** A condition made ready: its property's value, compared. */
type Matcher = (data: JsonObject) => boolean;

/** A member by its dotted path. */
export function memberAt(data: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = data;
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined;
  return value;
}

/** Prepares a condition; 4001 for a property or value it cannot have. */
export function matcher(entity: EntityName, condition: Condition, calendar: Calendar): Matcher {
  const field = filterable(entity, condition.field);
  if (field === undefined) throw queryValidationError(`property ${condition.field} of ${entity} cannot be filtered`);
  if (condition.operator === 'LIKE') return likeMatcher(field, condition.values[0] ?? '');
  const wanted = condition.values.map((text) => comparable(field, text, calendar));
  return (data) => {
    const held = heldValue(memberAt(data, field.name), field.type, calendar);
    return held !== undefined && wanted.some((value) => holds(condition.operator, compare(held, value)));
  };
}

function likeMatcher(field: { name: string; type: FieldType }, pattern: string): Matcher {
  if (field.type !== 'text') throw queryValidationError(`LIKE does not fit property ${field.name}`);
  const parts = pattern.split('%').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'is');
  return (data) => {
    const held = memberAt(data, field.name);
    return typeof held === 'string' && expression.test(held);
  };
}

function holds(operator: Condition['operator'], order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** The literal of a statement as the property's type reads it. */
function comparable(field: { name: string; type: FieldType }, text: string, calendar: Calendar): Comparable {
  const value = literal(field.type, text, calendar);
  if (value === undefined) throw queryValidationError(`'${text}' is no value for property ${field.name}`);
  return value;
}

function literal(type: FieldType, text: string, calendar: Calendar): Comparable | undefined {
  switch (type) {
    case 'amount':
      return Decimal.parse(text);
    case 'flag':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    case 'date':
      return isDate(text) ? text : undefined;
    case 'instant':
      return calendar.instant(text);
    default:
      return text;
  }
}

/** The property of an object in the form it compares in. */
export function heldValue(value: Json | undefined, type: FieldType, calendar: Calendar): Comparable | undefined {
  if (type === 'ref') return isObject(value) && typeof value.value === 'string' ? value.value : undefined;
  if (type === 'instant') return typeof value === 'string' ? calendar.instant(value) : undefined;
  return typeof value === 'string' || typeof value === 'boolean' || value instanceof Decimal ? value : undefined;
}

/** Order of two values of one type. */
export function compare(left: Comparable, right: Comparable): number {
  if (left instanceof Decimal && right instanceof Decimal) return left.compare(right);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
