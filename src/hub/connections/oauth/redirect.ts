import { CounterfoilError } from '../../../kernel/errors.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Our own callback: each provider has its own, so that no provider's answer passes for another's (RFC 9700, 4.4.2). */
export function ownRedirectUri(publicUrl: string, provider: string): string {
  return `${publicUrl}/oauth/callback/${provider}`;
}

interface RedirectChoice {
  /** As asked for; null takes our own. */
  readonly asked: string | null;
  readonly own: string;
  readonly listed: readonly string[];
  readonly environment: 'production' | 'sandbox';
}

/**
 * The redirect address of an authorisation, compared character for character with what is allowed. Production demands https;
 * with development keys the address may be on this machine. Throws `oauth.address_not_allowed`.
 */
export function chooseRedirectUri({ asked, own, listed, environment }: RedirectChoice): string {
  const uri = asked ?? own;
  if (uri !== own && !listed.includes(uri))
    throw refused('redirectUri', `${shown(uri)} is not listed in COUNTERFOIL_OAUTH_REDIRECT_URIS.`);
  const { protocol, hostname } = new URL(uri);
  if (protocol === 'https:' || (environment === 'sandbox' && LOOPBACK.has(hostname))) return uri;
  throw refused(
    'redirectUri',
    `${shown(uri)} does not begin with https, which the provider demands. Set COUNTERFOIL_PUBLIC_URL to an https address; or list an https address of yours in COUNTERFOIL_OAUTH_REDIRECT_URIS, register it at the provider, and connect with --paste-back.`,
  );
}

/** Where the browser goes when it is done: null, or an address whose origin is listed. */
export function chooseReturnTo(asked: string | null, origins: readonly string[]): string | null {
  if (asked === null) return null;
  const url = URL.canParse(asked) ? new URL(asked) : null;
  // The parser forgives backslashes and control characters; what it had to correct is not what was listed.
  const isPlain = url !== null && url.username === '' && url.password === '' && /^https?:\/\/[!-[\]-~]+$/.test(asked);
  if (isPlain && origins.includes(url.origin) && (asked === url.origin || asked.startsWith(`${url.origin}/`)))
    return asked;
  throw refused('returnTo', `${shown(asked)} is not at an origin that is listed in COUNTERFOIL_RETURN_ORIGINS.`);
}

function refused(field: string, detail: string): CounterfoilError {
  return new CounterfoilError('oauth.address_not_allowed', { field, detail });
}

const SHOWN_CHARACTERS = 120;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}
