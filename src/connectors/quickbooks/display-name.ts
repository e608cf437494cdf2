import { cut } from './text.ts';

/** Most characters of a name that QuickBooks keeps for customers, vendors, items and accounts. */
export const MAX_NAME = 100;

const NAMELESS = 'No name';

/**
 * A name as QuickBooks can store it: no colon (it separates parent and child), no tab or line break, no space at either
 * end, at most {@link MAX_NAME} characters. Finding and creating use the same form, so that a name found is the name
 * that would be created.
 */
export function displayName(name: string): string {
  const cleaned = name.replace(/[:\s\p{Cc}]+/gu, ' ').trim();
  return cut(cleaned, MAX_NAME).trimEnd() || NAMELESS;
}
