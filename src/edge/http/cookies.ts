/** The value of a cookie; null when there is none, or two that a hostile neighbour could have set. */
export function cookieOf(header: string | undefined, name: string): string | null {
  const values = (header ?? '').split(';').flatMap((part) => {
    const [key = '', ...rest] = part.trim().split('=');
    return key === name ? [rest.join('=')] : [];
  });
  return values.length === 1 ? values[0]! : null;
}

interface CookieOptions {
  readonly isSecure: boolean;
  readonly maxAge_s: number;
}

/**
 * The name under which a cookie is set. With https it is bound to this very host; a home name on plain http cannot have
 * that.
 */
export function cookieName(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name;
}

/** Unseen by scripts; sent along when a provider sends the browser back, and never with what other sites post. */
export function setCookie(name: string, value: string, { isSecure, maxAge_s }: CookieOptions): string {
  const secure = isSecure ? '; Secure' : '';
  return `${cookieName(name, isSecure)}=${value}; Path=/; Max-Age=${maxAge_s}; HttpOnly; SameSite=Lax${secure}`;
}
