import { isLocalDate } from '../../kernel/dates.ts';
import { ok, problems, type Result } from '../../kernel/result.ts';

/** Reads what was typed for an option or argument; a problem completes the sentence "--name …". */
export type ReadValue<T> = (text: string) => Result<T, string>;

export const anyText: ReadValue<string> = (text) => (text.trim() === '' ? problems('must not be empty') : ok(text));

export function wholeNumber(min: number, max: number): ReadValue<number> {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value >= min && value <= max) return ok(value);
    return problems(`must be a whole number from ${min} to ${max}, not ${shown(text)}`);
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): ReadValue<T> {
  return (text) => {
    const found = values.find((value) => value === text);
    return found === undefined ? problems(`must be one of ${values.join(', ')}, not ${shown(text)}`) : ok(found);
  };
}

export const day: ReadValue<string> = (text) =>
  isLocalDate(text) ? ok(text) : problems(`must be a day such as 2026-10-31, not ${shown(text)}`);

export const month: ReadValue<string> = (text) =>
  isLocalDate(`${text}-01`) ? ok(text) : problems(`must be a month such as 2026-10, not ${shown(text)}`);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;

/** A day (its first moment in UTC) or an instant in UTC, as ms. */
export const instant: ReadValue<number> = (text) => {
  if (isLocalDate(text)) return ok(Date.parse(`${text}T00:00:00Z`));
  const value = INSTANT.test(text) && isLocalDate(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(value)) return ok(value);
  return problems(`must be a day or an instant such as 2026-10-31 or 2026-10-31T08:00:00Z, not ${shown(text)}`);
};

export const currency: ReadValue<string> = (text) =>
  /^[A-Z]{3}$/.test(text) ? ok(text) : problems(`must be a currency such as USD, not ${shown(text)}`);

/** A positive decimal, as text: it is never a number. */
export const decimal: ReadValue<string> = (text) =>
  /^\d{1,15}(\.\d{1,15})?$/.test(text) && /[1-9]/.test(text)
    ? ok(text)
    : problems(`must be a positive decimal such as 64392.23, not ${shown(text)}`);

/** An address without credentials, query or fragment; no slash at its end. */
export const baseUrl: ReadValue<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  return isPlain ? ok(text.replace(/\/+$/, '')) : problems('must be an address such as https://btcpay.example.com');
};

/** Faults of the sandbox: `name=number` parts separated by commas. Their names are the sandbox's business. */
export const faults: ReadValue<string> = (text) => {
  const wrong = text.split(',').filter((part) => !/^[A-Za-z0-9]+=\d{1,9}(\.\d{1,6})?$/.test(part.trim()));
  if (wrong.length === 0) return ok(text.replaceAll(' ', ''));
  return problems(`must look like timeoutAfterCommit=0.2,429=0.1; wrong: ${wrong.map(shown).join(', ')}`);
};

/** What was typed, short enough for a message. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
