/** What a pure function answers when the data may be unacceptable: the value, or every problem at once. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly E[] };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function problems<E>(...found: readonly E[]): Result<never, E> {
  return { ok: false, problems: found };
}
