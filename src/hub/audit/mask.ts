import type { Diff } from './change.ts';

/** Fields whose name says that their value is a secret, or of a person. */
const SECRET_FIELD = /(password|passphrase|secret|token|credential|seed|code|private_?key|api_?key)$/i;
const PERSONAL_FIELD = /(e?mail|phone|telephone|mobile|address|street|city|post_?code|zip)$/i;
const EMAIL = /[^\s@<>()"',;:]+@[^\s@<>()"',;:]+\.[^\s@<>()"',;:]+/g;
/** Nine digits and more, with the signs that people write between them; an id or an amount has letters or a point. */
const PHONE = /(?<![\w.])\+?\d(?:[ ()/-]*\d){8,14}(?!\w|\.\d)/g;
/** Deeper values are cut: a diff is of fields, not of documents. */
const MAX_DEPTH = 8;

/** A diff without secrets and without personal data, by the names of fields and by what texts look like. */
export function maskDiff(diff: Diff): Diff {
  return Object.fromEntries(
    Object.entries(diff).map(([field, [before, after]]) => [
      field,
      [masked(field, before, 0), masked(field, after, 0)],
    ]),
  );
}

function masked(field: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined) return null;
  if (SECRET_FIELD.test(field)) return '[secret]';
  if (typeof value === 'boolean') return value;
  if (PERSONAL_FIELD.test(field)) return maskedText(String(value));
  if (typeof value === 'string') return value.replace(EMAIL, maskedText).replace(PHONE, maskedText);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[cut]';
  if (Array.isArray(value)) return value.map((one) => masked(field, one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(name, one, depth + 1)]));
}

/** Enough to tell two values apart at a glance, too little to write to anybody. */
function maskedText(text: string): string {
  const first = [...text][0] ?? '';
  return text.includes('@') ? `${first}***@***` : `${first}***`;
}
