import { Secret } from '../../kernel/secret.ts';
import { cookieName, cookieOf, setCookie } from './cookies.ts';

const NAME = 'counterfoil_authorisation';
/** As long as an authorisation may take, and a little more. */
const MAX_AGE_S = 900;
/** What {@link newBinding} makes: 256 bits in base32. */
const BINDING = /^[0-9a-z]{52}$/;

/** What binds a browser to the authorisations that it began. */
export function authorisationCookie(publicUrl: string) {
  const isSecure = publicUrl.startsWith('https:');
  return {
    read(header: string | undefined): Secret | null {
      const value = cookieOf(header, cookieName(NAME, isSecure));
      return value !== null && BINDING.test(value) ? new Secret(value) : null;
    },
    write: (binding: Secret): string => setCookie(NAME, binding.reveal(), { isSecure, maxAge_s: MAX_AGE_S }),
  };
}

export type AuthorisationCookie = ReturnType<typeof authorisationCookie>;
