import type { Form, FormValue } from '../../core/form.ts';
import { invalidInteger, invalidParameter, missingParameter, unknownParameter } from './errors.ts';

/** Reads the parameters of one request; each method throws Stripe's own error for a bad value. */
export class Params {
  readonly #form: Form;

  constructor(form: Form) {
    this.#form = form;
  }

  /** Refuses every parameter that the operation does not have. */
  allow(names: readonly string[]): void {
    const unknown = Object.keys(this.#form).find((name) => !names.includes(name));
    if (unknown !== undefined) throw unknownParameter(unknown);
  }

  has(name: string): boolean {
    return this.#form[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#form[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalidParameter(name, `Invalid string: ${name} must be text`);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw missingParameter(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : readInteger(name, value);
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw invalidParameter(name, `Invalid boolean: ${value}`);
    return value === 'true';
  }

  list(name: string): string[] {
    const value = this.#form[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw invalidParameter(name, `Invalid array: ${name}`);
    return value.map((item) => textOf(name, item));
  }

  /** A flat map of texts, such as `metadata`; empty when missing or cleared. */
  map(name: string): Record<string, string> {
    const value = this.#form[name];
    if (value === undefined || value === '') return {};
    if (typeof value === 'string' || Array.isArray(value)) throw invalidParameter(name, `Invalid object: ${name}`);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textOf(`${name}[${key}]`, item)]));
  }

  /** A list of objects, such as `line_items[0][amount]=…`. */
  objects(name: string): Params[] {
    const value = this.#form[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw invalidParameter(name, `Invalid array: ${name}`);
    return value.map((item) => {
      if (typeof item === 'string' || Array.isArray(item)) throw invalidParameter(name, `Invalid object: ${name}`);
      return new Params(item);
    });
  }

  /** `created=5` or `created[gte]=5&created[lt]=9`, in Unix seconds. */
  range(name: string): ((at: number) => boolean) | undefined {
    const value = this.#form[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string') {
      const exact = readInteger(name, value);
      return (at) => at === exact;
    }
    const bounds = Object.entries(value).map(([bound, limit]) => rangeBound(name, bound, textOf(name, limit)));
    return (at) => bounds.every((holds) => holds(at));
  }
}

function textOf(name: string, value: FormValue): string {
  if (typeof value === 'string') return value;
  throw invalidParameter(name, `Invalid string: ${name}`);
}

function readInteger(name: string, value: string): number {
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) throw invalidInteger(name, value);
  return number;
}

function rangeBound(name: string, bound: string, text: string): (at: number) => boolean {
  const limit = readInteger(`${name}[${bound}]`, text);
  switch (bound) {
    case 'gt':
      return (at) => at > limit;
    case 'gte':
      return (at) => at >= limit;
    case 'lt':
      return (at) => at < limit;
    case 'lte':
      return (at) => at <= limit;
    default:
      throw unknownParameter(`${name}[${bound}]`);
  }
}
