import type { IncomingHttpHeaders } from 'node:http';
import { Secret } from '../../../kernel/secret.ts';

/** With https the browser keeps the cookie to this host and to https; plain http, as at home, cannot have that. */
const SECURE_NAME = '__Host-counterfoil';
const PLAIN_NAME = 'counterfoil';
/** Longer headers hold no session of ours. */
const MAX_COOKIE_CHARACTERS = 4_096;

interface RequestScheme {
  readonly headers: IncomingHttpHeaders;
  readonly protocol: string;
}

/** Whether the browser speaks https: its Origin says so also behind a proxy that ends TLS. */
export function isSecure({ headers, protocol }: RequestScheme): boolean {
  return headers.origin === undefined ? protocol === 'https' : headers.origin.startsWith('https://');
}

export function sessionCookie(token: Secret, expiresAt: number, secure: boolean): string {
  return cookie(secure, token.reveal(), `; Expires=${new Date(expiresAt).toUTCString()}`);
}

export function endedCookies(): string[] {
  return [true, false].map((secure) => cookie(secure, '', '; Max-Age=0'));
}

/** Lax, not Strict: the way back from a provider that was asked for consent begins on its site. */
function cookie(secure: boolean, value: string, life: string): string {
  return `${secure ? SECURE_NAME : PLAIN_NAME}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${life}`;
}

/** The session's token; of two the one that only https could have set. */
export function sessionTokenOf(headers: IncomingHttpHeaders): Secret | null {
  const { cookie: text = '' } = headers;
  if (text === '' || text.length > MAX_COOKIE_CHARACTERS) return null;
  const parts = text.split(';');
  const token = valueIn(parts, SECURE_NAME) || valueIn(parts, PLAIN_NAME);
  return token === '' ? null : new Secret(token);
}

function valueIn(parts: readonly string[], name: string): string {
  for (const part of parts) {
    const pair = part.trim();
    if (pair.startsWith(name) && pair[name.length] === '=') return pair.slice(name.length + 1);
  }
  return '';
}
