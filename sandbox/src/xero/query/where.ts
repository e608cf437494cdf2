import { Decimal } from '../../core/exact/decimal.ts';
import { isObject, type Json, type JsonObject } from '../../core/exact/json.ts';
import { readMsDate } from '../basics/dates.ts';
import { badQuery } from '../basics/refusal.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Whether an object as it is answered passes a filter. */
export type Filter = (object: JsonObject) => boolean;

/** A value of the filter to compare with: instants are milliseconds since 1970. */
type Wanted = { readonly instant: number } | { readonly value: string | Decimal | boolean | null };

const TESTS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  Contains: (text, wanted) => text.includes(wanted),
  StartsWith: (text, wanted) => text.startsWith(wanted),
  EndsWith: (text, wanted) => text.endsWith(wanted),
};

/**
 * Reads a `where` parameter: comparisons with texts, numbers, `true`, `null`, `DateTime(2026,11,20)` and `Guid("…")`,
 * the calls Contains, StartsWith and EndsWith, joined by AND and OR, in parentheses or not.
 */
export function readWhere(filter: string): Filter {
  const reader = new Reader(tokensOf(filter));
  const read = reader.either();
  reader.end();
  return read;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(): Filter {
    let left = this.#both();
    while (this.#takes('||') || this.#takes('or')) {
      const [one, other] = [left, this.#both()];
      left = (object) => one(object) || other(object);
    }
    return left;
  }

  end(): void {
    if (this.#at < this.#tokens.length)
      throw badQuery(`there is more after the filter: ${this.#tokens[this.#at]?.value}`);
  }

  #both(): Filter {
    let left = this.#single();
    while (this.#takes('&&') || this.#takes('and')) {
      const [one, other] = [left, this.#single()];
      left = (object) => one(object) && other(object);
    }
    return left;
  }

  #single(): Filter {
    if (this.#takes('(')) {
      const inside = this.either();
      this.#wants(')');
      return inside;
    }
    const path = this.#word().split('.');
    const test = TESTS[path.at(-1) ?? ''];
    return test !== undefined && this.#peek()?.value === '('
      ? this.#call(path.slice(0, -1), test)
      : this.#comparison(path);
  }

  #call(path: readonly string[], test: (text: string, wanted: string) => boolean): Filter {
    this.#wants('(');
    const wanted = this.#take('text');
    this.#wants(')');
    return (object) => {
      const value = valueAt(object, path);
      return typeof value === 'string' && test(value, wanted);
    };
  }

  #comparison(path: readonly string[]): Filter {
    const sign = this.#take('sign');
    if (!['==', '!=', '>', '>=', '<', '<='].includes(sign)) throw badQuery(`${sign} does not compare`);
    const wanted = this.#wanted();
    return (object) => holds(sign, valueAt(object, path), wanted);
  }

  #wanted(): Wanted {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'text') return { value: token.value };
    if (token?.kind === 'number') return { value: Decimal.parse(token.value) ?? null };
    if (token?.value === 'true' || token?.value === 'false') return { value: token.value === 'true' };
    if (token?.value === 'null') return { value: null };
    if (token?.value === 'DateTime') return { instant: this.#instant() };
    if (token?.value.toLowerCase() === 'guid' || token?.value === 'Guid.Parse') return { value: this.#guid() };
    throw badQuery(`${token?.value ?? 'the end'} is no value`);
  }

  #instant(): number {
    this.#wants('(');
    const parts = [Number(this.#take('number'))];
    while (this.#takes(',')) parts.push(Number(this.#take('number')));
    this.#wants(')');
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  #guid(): string {
    this.#wants('(');
    const text = this.#take('text');
    this.#wants(')');
    return text.toLowerCase();
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #takes(value: string): boolean {
    const token = this.#peek();
    const isIt = token !== undefined && token.kind !== 'text' && token.value.toLowerCase() === value;
    if (isIt) this.#at += 1;
    return isIt;
  }

  #wants(value: string): void {
    if (!this.#takes(value)) throw badQuery(`${value} is missing`);
  }

  #word(): string {
    return this.#take('word');
  }

  #take(kind: Token['kind']): string {
    const token = this.#peek();
    if (token?.kind !== kind) throw badQuery(`a ${kind} was expected, not ${token?.value ?? 'the end'}`);
    this.#at += 1;
    return token.value;
  }
}

/** The value at a path such as `Contact.Name`; null when there is none. */
export function valueAt(object: JsonObject, path: readonly string[]): Json {
  return path.reduce<Json>((value, name) => (isObject(value) ? (value[name] ?? null) : null), object);
}

function holds(sign: string, value: Json, wanted: Wanted): boolean {
  const order = 'instant' in wanted ? orderOfInstants(value, wanted.instant) : orderOf(value, wanted.value);
  switch (sign) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order !== undefined && order > 0;
    case '>=':
      return order !== undefined && order >= 0;
    case '<':
      return order !== undefined && order < 0;
    default:
      return order !== undefined && order <= 0;
  }
}

function orderOfInstants(value: Json, wanted: number): number | undefined {
  const at = typeof value === 'string' ? readMsDate(value) : undefined;
  return at === undefined ? undefined : at - wanted;
}

function orderOf(value: Json, wanted: string | Decimal | boolean | null): number | undefined {
  if (value instanceof Decimal && wanted instanceof Decimal) return value.compare(wanted);
  if (typeof value === 'string' && typeof wanted === 'string') return value < wanted ? -1 : value > wanted ? 1 : 0;
  return value === wanted ? 0 : undefined;
}
