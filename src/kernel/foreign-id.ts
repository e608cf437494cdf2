/** Longest id that is taken from outside: no provider's is longer (Stripe documents 255), and every index holds it. */
const MAX_FOREIGN_ID = 255;

/**
 * Whether a text from outside can be an id of another system: not empty, no control character, no half of a character,
 * not too long. Anything else could not be stored or asked for, and no provider gives it.
 */
export function isForeignId(text: string): boolean {
  return text.length > 0 && text.length <= MAX_FOREIGN_ID && !/[\p{Cc}\p{Cs}]/u.test(text);
}
