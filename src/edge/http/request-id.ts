import { MAX_REQUEST_ID } from './limits.ts';

const ACCEPTABLE = new RegExp(`^[A-Za-z0-9._-]{8,${MAX_REQUEST_ID}}$`);

/** The caller's own id when it can be written to a log as it is; a fresh one otherwise. */
export function requestIdOf(given: string | readonly string[] | undefined, make: () => string): string {
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : make();
}
