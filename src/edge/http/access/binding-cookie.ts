import { Secret } from '../../../kernel/secret.ts';
import { cookieName, cookieOf, setCookie } from '../cookies.ts';
import { isSecure } from './cookies.ts';

/** What {@link newToken} makes. */
const BINDING = /^[0-9a-z]{52}$/;

type Asked = Parameters<typeof isSecure>[0];

/**
 * Binds what a browser begins to the same browser when it ends it. Another one for each purpose, named by `name`.
 *
 * @param secureOf whether the browser speaks https: told apart by the request where its Origin says so.
 */
export function bindingCookie(name: string, maxAge_s: number, secureOf: (request: Asked) => boolean = isSecure) {
  return {
    read(request: Asked): Secret | null {
      const value = cookieOf(request.headers.cookie, cookieName(name, secureOf(request)));
      return value !== null && BINDING.test(value) ? new Secret(value) : null;
    },
    write: (request: Asked, binding: Secret): string =>
      setCookie(name, binding.reveal(), { isSecure: secureOf(request), maxAge_s }),
  };
}
