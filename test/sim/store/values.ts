/** Values that PostgreSQL refuses, so that a store in memory refuses them too. All of it fails as a plain `Error`. */

/** JavaScript's own limit, and the first year that PostgreSQL does not read in this notation. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An instant (ms) for a timestamptz column. */
export function instantOf(instant: number): number {
  if (!(Math.abs(instant) <= LAST_INSTANT)) throw new RangeError('Invalid time value');
  return instant;
}

export function instantOrNull(instant: number | null): number | null {
  return instant === null ? null : instantOf(instant);
}

/** A text column keeps no NUL. */
export function textOf(text: string): string {
  if (text.includes('\0')) throw new Error('invalid byte sequence for encoding "UTF8": 0x00');
  return text;
}

export function textOrNull(text: string | null): string | null {
  return text === null ? null : textOf(text);
}

/** An escape that stands for a NUL or for half a character; backslashes before it come in pairs. */
const BAD_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** The text of a jsonb column. */
export function jsonbText(text: string): string {
  if (text.includes('\\u') && BAD_ESCAPE.test(text)) throw new Error('unsupported Unicode escape sequence');
  return text;
}
