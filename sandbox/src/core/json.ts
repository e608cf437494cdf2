/** Stored state and answers are made of this; no dates, maps or big integers hide in it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A number that a double cannot carry, kept as the digits it came with. */
export type NumberText = string;

interface ReviverContext {
  readonly source?: string;
}

/**
 * JSON.parse in which every number that would lose digits as a double comes back as its own text. Numbers that survive
 * the round trip stay numbers.
 */
export function parseJson(text: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: ReviverContext): unknown => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    return String(value) === context.source ? value : (context.source satisfies NumberText);
  };
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy of plain JSON data; later changes of the original do not show in it. */
export function copyJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
