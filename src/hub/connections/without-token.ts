import type { Secret } from '../../kernel/secret.ts';

const MASK = '[secret]';
/** Shorter texts are no credentials of anybody, and would be found inside of words. */
const MIN_LENGTH = 12;

/**
 * An answer without the credential that it was asked with: some providers repeat it in an error, and what they say is
 * shown, logged and stored.
 */
export function withoutToken<A extends { readonly text: string }>(answer: A, token: Secret): A {
  const plain = token.reveal();
  if (plain.length < MIN_LENGTH) return answer;
  const spellings = new Set([plain, JSON.stringify(plain).slice(1, -1), encodeURIComponent(plain.toWellFormed())]);
  let { text } = answer;
  for (const spelling of spellings) text = text.replaceAll(spelling, MASK);
  return text === answer.text ? answer : { ...answer, text };
}
