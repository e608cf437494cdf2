/** How a description's schema is read for one kind of message. */
export interface Dialect {
  readonly name: 'form' | 'request' | 'answer';
  /** Unknown and read-only fields are refused, and a value outside a published list of values is too. */
  readonly closed: boolean;
  /** Leaves arrive as text (forms, queries, path segments): `true`, `12`. */
  readonly textual: boolean;
}

/** Queries, path parameters and form bodies. */
export const FORM: Dialect = { name: 'form', closed: true, textual: true };

/** JSON bodies of requests. */
export const REQUEST: Dialect = { name: 'request', closed: true, textual: false };

/** JSON bodies of answers: fields the description does not know are allowed. */
export const ANSWER: Dialect = { name: 'answer', closed: false, textual: false };
