import { isIP } from 'node:net';
import { ok, problems, type Result } from '../../kernel/result.ts';

/** Reads one value from its text, or says what would be right. */
export type ReadText<T> = (text: string) => Result<T, string>;

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*\.?$/i;

export function wholeNumber(from: number, to: number): ReadText<number> {
  return (text) => {
    const value = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
    return value >= from && value <= to ? ok(value) : problems(`must be a whole number from ${from} to ${to}`);
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): ReadText<T> {
  return (text) => {
    const found = values.find((value) => value === text);
    return found === undefined ? problems(`must be one of ${values.join(', ')}`) : ok(found);
  };
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** A name or address to bind to: no scheme, no port. */
export const bindHost: ReadText<string> = (text) => {
  if (isIP(text) !== 0 || HOST_NAME.test(text)) return ok(text);
  return problems('must be a host name or an IP address, without scheme and port, such as 127.0.0.1');
};

/** Hosts separated by commas, each written as in a URL: lower case, IPv6 in brackets. */
export const hostList: ReadText<readonly string[]> = (text) => {
  const hosts = text.split(',').map((part) => part.trim());
  const read = hosts.filter((host) => host !== '').map(hostInUrl);
  if (read.every((host) => host !== undefined)) return ok([...new Set(read)]);
  return problems('must be host names or IP addresses separated by commas, without scheme, port and path');
};

function hostInUrl(host: string): string | undefined {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) === 6) return new URL(`http://[${bare}]`).hostname;
  if (!HOST_NAME.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname } = new URL(`http://${host}`);
  // `10.1` and `999` would become addresses that nobody wrote.
  return isIP(hostname) === isIP(host) ? hostname : undefined;
}

/** Addresses and networks separated by commas, such as `127.0.0.1, 10.0.0.0/8`. */
export const networkList: ReadText<readonly string[]> = (text) => {
  const networks = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (networks.every(isNetwork)) return ok([...new Set(networks)]);
  return problems('must be IP addresses or networks separated by commas, such as 127.0.0.1 or 10.0.0.0/8');
};

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
}

/** An http or https address without user name, query and fragment; read without a slash at its end. */
export const baseUrl: ReadText<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && !/[?#]/.test(text) && url.username + url.password === '';
  if (isPlain) return ok(url.href.replace(/\/+$/, ''));
  return problems('must be an http or https address without user name, query and fragment');
};

/** An issuer as its provider writes it: https, or on this machine. A slash at the end belongs to it. */
export const issuer: ReadText<string> = (text) => {
  const read = baseUrl(text);
  if (read.ok && (/^https:/.test(text) || LOOPBACK.includes(new URL(text).hostname))) return ok(text);
  return problems('must be an https address without user name, query and fragment');
};

/** As {@link baseUrl}, on this machine: a stand-in for a provider must not be able to carry data away. */
export const loopbackUrl: ReadText<string> = (text) => {
  const read = baseUrl(text);
  if (!read.ok || LOOPBACK.includes(new URL(read.value).hostname)) return read;
  return problems('must be on this machine: 127.0.0.1, [::1] or localhost');
};

/** Addresses separated by commas, each to be compared character for character: an https address without fragment. */
export const redirectUriList: ReadText<readonly string[]> = (text) => {
  const uris = partsOf(text);
  if (uris.every(isRedirectUri)) return ok(uris);
  return problems('must be https addresses separated by commas, without user name, query and fragment');
};

function isRedirectUri(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== 'https:') return false;
  return url.href === text && url.username + url.password === '' && !/[?#]/.test(text);
}

/** Origins separated by commas: scheme, host and port, nothing behind. */
export const originList: ReadText<readonly string[]> = (text) => {
  const origins = partsOf(text);
  const isOrigin = (one: string) =>
    !one.includes('*') && URL.canParse(one) && /^https?:/.test(one) && new URL(one).origin === one;
  if (origins.every(isOrigin)) return ok(origins);
  return problems('must be origins separated by commas, such as https://books.example.com, without a path');
};

function partsOf(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

/** Printable characters without spaces. */
export const oneWord: ReadText<string> = (text) =>
  /^[\x21-\x7e]{1,200}$/.test(text) ? ok(text) : problems('must be one word of at most 200 printable characters');

/** Something written that is used as it is. */
export const anyText: ReadText<string> = (text) => ok(text);
