import { BASE58, derivedText, HEX } from '../../core/ids.ts';
import type { BtcpayContext } from '../context.ts';
import type { GrantedKey } from '../state.ts';
import { isPolicy } from './permissions.ts';

export const AUTHORIZE_PATH = '/api-keys/authorize';

/** What an app asked for, as the server reads it. */
interface Asked {
  readonly permissions: readonly string[];
  readonly applicationName: string;
  readonly applicationIdentifier: string | null;
  readonly isStrict: boolean;
  readonly selectsStores: boolean;
  /** Null when it is missing or relative: then the person only sees the key. */
  readonly redirect: string | null;
}

/**
 * The page on which a person grants a key, and its form: `decision=authorize` or `cancel`, `store` for each store that is
 * chosen (none for all), `permission` for each that stays ticked when the app is not strict.
 */
export async function answerAuthorize(context: BtcpayContext, request: Request): Promise<Response> {
  const asked = readAsked(new URL(request.url).searchParams);
  if (isRefused(context)) return page(403, '<p>Cannot generate API keys while not using HTTPS or Tor</p>');
  if (request.method === 'GET') return page(200, consentForm(context, asked));
  if (request.method !== 'POST') return new Response(null, { status: 405 });
  const form = new URLSearchParams(await request.text());
  // There is no way back to the app from here: nobody tells it that the person said no.
  if (form.get('decision') !== 'authorize') return page(200, '<p>No key was made.</p>');
  const unknown = form.getAll('store').filter((id) => context.store(id) === undefined);
  if (unknown.length > 0) return page(400, '<p>There is no such store.</p>');
  const granted = grant(context, asked, form);
  return page(200, asked.redirect === null ? shownKey(granted) : postBack(asked.redirect, granted));
}

function readAsked(query: URLSearchParams): Asked {
  const redirect = query.get('redirect') ?? '';
  return {
    permissions: query.getAll('permissions').filter(isPolicy),
    applicationName: query.get('applicationName') ?? '',
    applicationIdentifier: query.get('applicationIdentifier'),
    isStrict: query.get('strict') !== 'false',
    selectsStores: query.get('selectiveStores') === 'true',
    redirect: /^https?:\/\//.test(redirect) && URL.canParse(redirect) ? redirect : null,
  };
}

const HOME_HOST = /(^localhost|\.onion|\.local|\.lan|\.internal)$|^[^.]+$|^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

function isRefused({ settings }: BtcpayContext): boolean {
  const { protocol, hostname } = new URL(settings.publicUrl());
  return settings.isMainnet && protocol === 'http:' && !HOME_HOST.test(hostname);
}

function grant({ state }: BtcpayContext, asked: Asked, form: URLSearchParams): GrantedKey {
  const ticked = form.getAll('permission');
  const policies = asked.isStrict ? asked.permissions : asked.permissions.filter((one) => ticked.includes(one));
  const stores = asked.selectsStores ? form.getAll('store') : [];
  const permissions =
    stores.length === 0 ? policies : policies.flatMap((policy) => stores.map((store) => `${policy}:${store}`));
  const { applicationName: label, applicationIdentifier, redirect } = asked;
  // The whole redirect address is compared: one with another state in it makes another key.
  const same = state.grantedKeys.find(
    (one) =>
      applicationIdentifier !== null &&
      one.applicationIdentifier === applicationIdentifier &&
      one.redirect === redirect &&
      permissions.every((permission) => one.permissions.includes(permission)) &&
      !state.revokedKeys.has(one.key),
  );
  if (same !== undefined) return same;
  const key = derivedText(HEX, 40, state.seed, 'granted key', state.next('grantedKeys'));
  const granted = { key, label, permissions, applicationIdentifier, redirect };
  state.grantedKeys.push(granted);
  return granted;
}

function consentForm({ settings }: BtcpayContext, asked: Asked): string {
  const box = (name: string, value: string, label: string, isFixed: boolean) =>
    `<label><input type="checkbox" name="${name}" value="${escaped(value)}" checked${isFixed ? ' disabled' : ''}> ${escaped(label)}</label><br>`;
  const permissions = asked.permissions.map((one) => box('permission', one, one, asked.isStrict));
  const stores = asked.selectsStores ? settings.stores.map(({ id, name }) => box('store', id, name, false)) : [];
  const target = asked.redirect === null ? '' : `<p>The key will be provided to ${escaped(asked.redirect)}</p>`;
  return `<h1>Authorization Request</h1><p>${escaped(asked.applicationName)} asks for:</p><form method="post">${permissions.join('')}${stores.join('')}${target}
<button name="decision" value="authorize">Authorize app</button> <button name="decision" value="cancel">Cancel</button></form>`;
}

function shownKey({ key }: GrantedKey): string {
  return `<p>Your key: <code>${key}</code></p>`;
}

/** The browser posts the key to the app by a form that sends itself. */
function postBack(redirect: string, { key, permissions }: GrantedKey): string {
  const fields: [name: string, value: string][] = [
    ['apiKey', key],
    ['userId', derivedText(BASE58, 22, 'user of the sandbox')],
    ...permissions.map((one): [string, string] => ['permissions[]', one]),
    ['__RequestVerificationToken', 'sandbox'],
  ];
  const inputs = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
  return `<form method="post" action="${escaped(redirect)}" id="postform">${inputs.join('')}<button>Continue</button></form>
<script>document.getElementById('postform').submit()</script>`;
}

function page(status: number, content: string): Response {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>BTCPay sandbox</title>';
  const headers = { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' };
  return new Response(`${head}${content}</html>`, { status, headers });
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
