import { ControlError } from './control-error.ts';
import { PROVIDER_NAMES, type ProviderName } from './options.ts';

/** Reads the fields of a control request and gathers everything that is wrong with them. */
export class Reader {
  readonly problems: string[] = [];
  readonly #body: Readonly<Record<string, unknown>>;

  constructor(body: Readonly<Record<string, unknown>>) {
    this.#body = body;
  }

  integer(name: string, range: { readonly min: number; readonly max: number; readonly otherwise: number }): number {
    const value = this.#body[name] ?? range.otherwise;
    if (Number.isSafeInteger(value) && Number(value) >= range.min && Number(value) <= range.max) return Number(value);
    this.problems.push(`${name} must be a whole number from ${range.min} to ${range.max}`);
    return range.otherwise;
  }

  text(name: string): string {
    const value = this.#body[name];
    if (typeof value === 'string' && value !== '') return value;
    this.problems.push(`${name} must be given as text`);
    return '';
  }

  httpAddress(name: string): string {
    const value = this.text(name);
    if (value !== '' && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
      this.problems.push(`${name} must start with http or https`);
    return value;
  }

  oneOf<T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const value = this.#body[name] ?? otherwise;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) this.problems.push(`${name} must be one of ${values.join(', ')}`);
    return found ?? otherwise;
  }

  finish(): void {
    if (this.problems.length > 0) throw new ControlError(422, this.problems);
  }
}

/** `all`, one name or a list of names; all when missing. */
export function readProviders(value: unknown): readonly ProviderName[] {
  if (value === undefined || value === 'all') return PROVIDER_NAMES;
  const names = Array.isArray(value) ? value : [value];
  const found = PROVIDER_NAMES.filter((name) => names.includes(name));
  if (found.length === names.length) return found;
  throw new ControlError(422, [`providers are ${PROVIDER_NAMES.join(', ')} or all`]);
}
