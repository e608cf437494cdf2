import { isObject } from '../../core/json.ts';
import { invalid, missing } from './errors.ts';

/** Reads the fields of a query or a body; each method throws Square's own error for a bad value. */
export class Input {
  readonly #values: Readonly<Record<string, unknown>>;
  /** The dotted way to these fields, as errors name it. */
  readonly #prefix: string;
  /** Whole numbers come as digits. */
  readonly #isQuery: boolean;

  constructor(values: Readonly<Record<string, unknown>>, prefix = '', isQuery = false) {
    this.#values = values;
    this.#prefix = prefix;
    this.#isQuery = isQuery;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  raw(name: string): unknown {
    return this.#values[name] ?? undefined;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  text(name: string, max = 65_536): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw invalid('EXPECTED_STRING', 'Expected a string value.', this.#at(name));
    if (value.length > max)
      throw invalid('VALUE_TOO_LONG', `Field must not be greater than ${max} in length`, this.#at(name));
    return value;
  }

  needText(name: string, max?: number): string {
    const value = this.text(name, max);
    if (value === undefined || value === '') throw missing(this.#at(name));
    return value;
  }

  /** Numbers of a body, digits of a query. */
  integer(name: string, range: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const isDigits = this.#isQuery && typeof value === 'string' && /^-?\d{1,15}$/.test(value);
    const number = isDigits ? Number(value) : value;
    if (!Number.isSafeInteger(number)) throw invalid('EXPECTED_INTEGER', 'Expected an integer value.', this.#at(name));
    if (Number(number) < range.min)
      throw invalid('VALUE_TOO_LOW', `Field must be greater than or equal to ${range.min}`, this.#at(name));
    if (Number(number) > range.max)
      throw invalid('VALUE_TOO_HIGH', `Field must be less than or equal to ${range.max}`, this.#at(name));
    return Number(number);
  }

  flag(name: string): boolean {
    const value = this.raw(name);
    if (value === undefined || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw invalid('EXPECTED_BOOLEAN', 'Expected a boolean value.', this.#at(name));
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined)
      throw invalid('INVALID_ENUM_VALUE', `\`${value}\` is not a valid enum value.`, this.#at(name));
    return found;
  }

  /** A moment in RFC 3339, in milliseconds. */
  time(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms)) throw invalid('INVALID_TIME', `\`${value}\` is not a valid RFC 3339 time.`, this.#at(name));
    return ms;
  }

  texts(name: string): string[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw invalid('EXPECTED_ARRAY', 'Expected an array.', this.#at(name));
    if (!value.every((item) => typeof item === 'string'))
      throw invalid('EXPECTED_STRING', 'Expected a string value.', this.#at(name));
    return value as string[];
  }

  /** The object below a field; an empty one when it is missing. */
  object(name: string): Input {
    const value = this.raw(name);
    if (value !== undefined && !isObject(value))
      throw invalid('EXPECTED_OBJECT', 'Expected an object value.', this.#at(name));
    return new Input((value ?? {}) as Record<string, unknown>, `${this.#at(name)}.`);
  }

  needObject(name: string): Input {
    if (!this.has(name)) throw missing(this.#at(name));
    return this.object(name);
  }

  objects(name: string, max = 1_000): Input[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) throw invalid('EXPECTED_ARRAY', 'Expected an array.', this.#at(name));
    if (value.length > max) throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${max} are allowed.`, this.#at(name));
    return value.map((item, index) => {
      if (isObject(item)) return new Input(item, `${this.#at(name)}[${index}].`);
      throw invalid('EXPECTED_OBJECT', 'Expected an object value.', `${this.#at(name)}[${index}]`);
    });
  }

  /** The amount of a Money in the seller's currency. */
  amount(name: string, currency: string): number | undefined {
    if (!this.has(name)) return undefined;
    const given = this.object(name);
    const amount = given.integer('amount', { min: 0, max: Number.MAX_SAFE_INTEGER });
    if (amount === undefined) throw missing(`${this.#at(name)}.amount`);
    if (given.needText('currency') !== currency)
      throw invalid(
        'INVALID_VALUE',
        `This merchant can only process payments in ${currency}.`,
        `${this.#at(name)}.currency`,
      );
    return amount;
  }

  needAmount(name: string, currency: string): number {
    const amount = this.amount(name, currency);
    if (amount === undefined) throw missing(this.#at(name));
    return amount;
  }

  /** Only the fields that were sent, of those that are named. */
  pick(names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(names.flatMap((name) => (this.has(name) ? [[name, this.raw(name)]] : [])));
  }

  #at(name: string): string {
    return `${this.#prefix}${name}`;
  }
}
