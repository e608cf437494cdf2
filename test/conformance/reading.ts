import { type Finding, wholeFinding } from './finding.ts';

/** Reads a part of a message, then judges it; text that cannot be read (syntax, nesting, encoding) is a finding. */
export function readThenJudge<T>(part: 'query' | 'body', read: () => T, judge: (value: T) => Finding[]): Finding[] {
  let value: T;
  try {
    value = read();
  } catch (error) {
    if (isReadError(error)) return [wholeFinding(part, 'malformed', error.message)];
    throw error;
  }
  return judge(value);
}

/** JSON syntax, bracket nesting or length, bytes that are not UTF-8. */
function isReadError(error: unknown): error is Error {
  return error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError;
}
