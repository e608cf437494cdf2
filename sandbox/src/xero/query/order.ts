import { Decimal } from '../../core/exact/decimal.ts';
import type { Json, JsonObject } from '../../core/exact/json.ts';
import { readMsDate } from '../basics/dates.ts';
import { badQuery } from '../basics/refusal.ts';
import { valueAt } from './where.ts';

/** Compares two objects as they are answered. */
export type Order = (a: JsonObject, b: JsonObject) => number;

const TERM = /^\s*([A-Za-z][\w.]*)(?:\s+(ASC|DESC))?\s*$/i;

/** Reads an `order` parameter: `UpdatedDateUTC DESC, Name`. */
export function readOrder(text: string): Order {
  const terms = text.split(',').map((term) => {
    const match = TERM.exec(term);
    if (match === null) throw badQuery(`the order cannot be read at ${term}`);
    const sign = match[2]?.toUpperCase() === 'DESC' ? -1 : 1;
    return { path: match[1]!.split('.'), sign };
  });
  return (a, b) => {
    for (const { path, sign } of terms) {
      const order = compare(valueAt(a, path), valueAt(b, path)) * sign;
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compare(a: Json, b: Json): number {
  if (a instanceof Decimal && b instanceof Decimal) return a.compare(b);
  const [left, right] = [comparable(a), comparable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Instants become texts of equal length, so that they compare as numbers do. */
function comparable(value: Json): string {
  const text = value === null ? '' : String(value);
  const at = readMsDate(text);
  return at === undefined ? text : new Date(at).toISOString();
}
