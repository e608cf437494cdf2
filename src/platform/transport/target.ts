import { isIP } from 'node:net';
import { CounterfoilError } from '../../kernel/errors.ts';
import { type AddressPolicy, admits } from './address.ts';
import type { Call, CallRequest } from './call.ts';

/** Where a call goes, checked as far as that is possible without asking the network. */
export interface Target {
  readonly url: URL;
  readonly policy: AddressPolicy;
}

/**
 * Builds the URL of a call. Throws `transport.host_not_allowed` or `transport.private_address` when it may not go
 * there, `provider.invalid_request` when the path would leave the API base.
 */
export function targetOf(call: Call): Target {
  const base = baseOf(call.baseUrl);
  if (call.allowedHosts !== 'self_hosted' && !call.allowedHosts.some((host) => host.toLowerCase() === base.host)) {
    throw refused(`${base.host} is not a host of ${call.provider}.`);
  }
  const policy = policyOf(base, call.privateHostAllowed);
  const literal = literalAddress(base);
  if (literal !== null && !admits(policy, literal)) throw privateAddress(base.host);
  return { url: urlOf(base, call.request), policy };
}

/** The error for an address that the policy does not admit. The address stays out: it would map the inner network. */
export function privateAddress(host: string): CounterfoilError {
  return new CounterfoilError('transport.private_address', {
    detail: `${host} leads to an address that calls may not go to.`,
  });
}

function refused(detail: string): CounterfoilError {
  return new CounterfoilError('transport.host_not_allowed', { detail });
}

function baseOf(baseUrl: string): URL {
  if (!URL.canParse(baseUrl)) throw refused('The base URL is not a URL.');
  const base = new URL(baseUrl);
  if (base.protocol !== 'https:' && base.protocol !== 'http:') throw refused('The base URL is neither https nor http.');
  if (base.username !== '' || base.password !== '') throw refused('The base URL contains a user name or password.');
  if (base.search !== '' || base.hash !== '') throw refused('The base URL contains a query or fragment.');
  return base;
}

function policyOf(base: URL, privateHostAllowed: boolean): AddressPolicy {
  if (base.protocol === 'https:') return privateHostAllowed ? 'public_or_private' : 'public';
  if (!privateHostAllowed) throw refused(`${base.host} must be reached by https.`);
  return 'private';
}

/** The URL parser has already turned decimal, hexadecimal, octal and short forms into the plain one. */
function literalAddress(base: URL): string | null {
  const host = base.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}

/** One `/` and no character that would end the path or be read as a separator. */
const PLAIN_PATH = /^\/(?!\/)[^?#\\\s\p{Cc}]*$/u;
const DOT_SEGMENT = /^(\.|%2e){1,2}$/i;

function urlOf(base: URL, request: CallRequest): URL {
  const { path } = request;
  // An id of `..` survives percent-encoding, so this can come from a provider's data.
  if (!PLAIN_PATH.test(path) || path.split('/').some((segment) => DOT_SEGMENT.test(segment))) {
    throw new CounterfoilError('provider.invalid_request', {
      detail: `An id in the path of ${request.operation} cannot be part of a URL.`,
      field: 'path',
    });
  }
  const url = new URL(base.origin + base.pathname.replace(/\/$/, '') + path);
  url.search = (request.query ?? []).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  return url;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
