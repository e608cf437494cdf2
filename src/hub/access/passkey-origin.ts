import { CounterfoilError } from '../../kernel/errors.ts';

/** Browsers give passkeys to pages on https, and to this very machine. */
const OWN_MACHINE = /^(.+\.)?localhost$/;
/** A passkey belongs to a name: browsers refuse addresses. */
const ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/;

/**
 * The host that passkeys of a page belong to. The browser signs the origin of the page, so a request that names another
 * one gets an answer that does not fit.
 *
 * @throws CounterfoilError `access.passkey_needs_https`.
 */
export function passkeyHostOf(origin: string | undefined): string {
  const url = origin !== undefined && URL.canParse(origin) ? new URL(origin) : null;
  const isFit =
    url !== null &&
    url.origin === origin &&
    !ADDRESS.test(url.hostname) &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && OWN_MACHINE.test(url.hostname)));
  if (!isFit) throw new CounterfoilError('access.passkey_needs_https');
  return url.hostname;
}
