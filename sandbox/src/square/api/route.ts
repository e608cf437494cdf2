import type { SquareContext } from '../context.ts';
import type { Fields } from '../objects/kept.ts';
import type { Input } from './input.ts';

export interface Call {
  readonly context: SquareContext;
  /** The query of a GET or DELETE, the body of the others. */
  readonly input: Input;
  /** The `{name}` parts of the path, in order. */
  readonly ids: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** The permission a token needs; null where any will do, `personal` where only the app owner's own token will. */
  readonly scope: string | null;
  /** Fields of the query or the body; others are refused. */
  readonly fields: readonly string[];
  /** Whether the body carries an idempotency key, and how long it may be. */
  readonly key?: { readonly max: number; readonly required: boolean };
  answer(call: Call): Fields;
}

export const PAGE = { min: 1, max: 100 } as const;
