import type { StripeContext } from '../context.ts';
import type { Rendered } from '../render.ts';
import type { Params } from './params.ts';

export interface Call {
  readonly context: StripeContext;
  readonly params: Params;
  /** The `{id}` of the path; empty when there is none. */
  readonly id: string;
  /** Unix seconds. */
  readonly now: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With at most one `{id}`. */
  readonly path: string;
  /** What a restricted key must be allowed to read or write. */
  readonly resource: string;
  readonly params: readonly string[];
  answer(call: Call): Rendered;
}
