import { type Json, parseJson } from '../../kernel/json.ts';

/** No longer wait is believed. */
const RETRY_AFTER_MAX_S = 86_400;

/** The body of an answer; null when it is no JSON, as with pages of proxies. */
export function jsonOrNull(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** The wait in ms that a `retry-after` in seconds asks for, at most a day; undefined when it makes no sense. */
export function retryAfterSeconds(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header)) return undefined;
  return Math.min(Number(header), RETRY_AFTER_MAX_S) * 1_000;
}
