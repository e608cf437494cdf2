import { inspect } from 'node:util';

/** A JSON number that a double would damage (a fraction, an exponent, or beyond 2^53), kept as the text it came as. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return rawJson(this.text);
  }
  toString(): string {
    return this.text;
  }
  [inspect.custom](): string {
    return this.text;
  }
}

export type Json = null | boolean | number | string | JsonNumber | readonly Json[] | { readonly [key: string]: Json };

/** Deepest nesting accepted from outside; real provider bodies stay under 20. */
export const MAX_JSON_DEPTH = 64;

interface ParseContext {
  readonly source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context: ParseContext) => unknown;
type WithSource = { parse(text: string, reviver: Reviver): unknown; rawJSON(text: string): unknown };
// Source text access and raw JSON are in the runtime (ES2026), not yet in the compiler's library.
const sourceJson = JSON as unknown as WithSource;

const PLAIN_INTEGER = /^-?(0|[1-9]\d{0,14})$/;
/** Where a number literal may begin, the start of one that is no plain integer; in a string it is a false alarm. */
const MAYBE_PRECISE = /(?:^|[\s:,[])-?(?:\d{16}|\d+[.eE])/;

/**
 * Parses without losing digits: integers up to 15 digits are numbers, every other number is a {@link JsonNumber}.
 * Throws SyntaxError on malformed text and RangeError when nested deeper than {@link MAX_JSON_DEPTH}.
 */
export function parseJson(text: string): Json {
  assertDepth(text);
  // A reviver costs ten times the parsing; most bodies hold no number that needs one.
  if (!MAYBE_PRECISE.test(text)) return JSON.parse(text) as Json;
  return sourceJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !PLAIN_INTEGER.test(source) ? new JsonNumber(source) : value,
  ) as Json;
}

/** As JSON text, with {@link JsonNumber} and {@link rawJson} values written digit for digit. */
export function writeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent);
}

/** A number literal to be written exactly as given, such as `19.90`. */
export function rawJson(numberText: string): unknown {
  return sourceJson.rawJSON(numberText);
}

function assertDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) throw new RangeError(`JSON nested deeper than ${MAX_JSON_DEPTH} levels`);
    } else if (code === 125 || code === 93) depth -= 1;
  }
}
