import type { StripeContext } from '../context.ts';
import { API_VERSION } from '../settings.ts';
import { badKey, missingPermission, wrongAccount, wrongVersion } from './errors.ts';
import type { Route } from './route.ts';

/** Bearer, or Basic with the key as user name and an empty password. */
function readKey(header: string | null): string | null {
  const [scheme = '', value = ''] = (header ?? '').split(' ', 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] ?? null;
}

/** Throws unless the request's key belongs to this account. Returns what the key may do; null means everything. */
export function checkKey(context: StripeContext, headers: Headers): readonly string[] | null {
  const key = readKey(headers.get('authorization'));
  const { apiKey, restrictedKeys, accountId } = context.settings;
  const permissions = key === apiKey ? null : restrictedKeys[key ?? ''];
  if (key === null || permissions === undefined) throw badKey(key);
  const account = headers.get('stripe-account');
  if (account !== null && account !== accountId) throw wrongAccount(account);
  const version = headers.get('stripe-version');
  if (version !== null && version !== API_VERSION) throw wrongVersion(version);
  return permissions;
}

export function checkPermission(permissions: readonly string[] | null, route: Route): void {
  if (permissions === null) return;
  const wanted = route.method === 'GET' ? route.resource : `${route.resource}:write`;
  const holds = permissions.includes(wanted) || permissions.includes(`${route.resource}:write`);
  if (!holds) throw missingPermission(wanted);
}
