import type { SquareContext } from '../context.ts';
import { invalid } from './errors.ts';
import type { Input } from './input.ts';
import type { Route } from './route.ts';

/** The name under which the answer to a request is kept; null when the request is not protected. */
export function idempotencyName(route: Route, input: Input): string | null {
  if (route.key === undefined) return null;
  const { max, required } = route.key;
  const key = required ? input.needText('idempotency_key', max) : input.text('idempotency_key', max);
  return key === undefined || key === '' ? null : `${route.method} ${route.path} ${key}`;
}

/** The first answer to the same request; throws when the key was used for another. Keys are never forgotten. */
export function knownAnswer(context: SquareContext, name: string, request: string): string | null {
  const stored = context.state.idempotent.get(name);
  if (stored === undefined) return null;
  if (stored.request === request) return stored.body;
  throw invalid(
    'IDEMPOTENCY_KEY_REUSED',
    'The idempotency key can only be retried with the same request data.',
    'idempotency_key',
  );
}
