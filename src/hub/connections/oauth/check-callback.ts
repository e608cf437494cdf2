import type { OAuthDialect } from '../../../connectors/sdk/index.ts';
import { constantTimeEqual, sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { Authorisation } from './authorisation.ts';

/** What came back from a provider, and who brought it. */
export interface Callback {
  readonly parameters: URLSearchParams;
  /** Of the callback's address. */
  readonly provider: string;
  /** The address without its query, when it was pasted; null when it arrived at our own. */
  readonly pastedUri: string | null;
  /** Null where the caller's tenant is known by the state alone. */
  readonly tenantId: TenantId | null;
  /** Null when the caller has none. */
  readonly binding: Secret | null;
}

export type CallbackCheck =
  | { readonly ok: true; readonly accountId: string | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

/** Every check of a callback that can be made before its code is exchanged; the first that fails decides. */
export function checkCallback(
  authorisation: Authorisation,
  callback: Callback,
  dialect: OAuthDialect,
  now: number,
): CallbackCheck {
  const { parameters, provider, pastedUri, tenantId, binding } = callback;
  const account = accountIn(parameters, dialect);
  const rules: readonly (readonly [isBroken: boolean, code: ErrorCode, detail: string])[] = [
    [tenantId !== null && tenantId !== authorisation.tenantId, 'oauth.other_session', 'It belongs to another tenant.'],
    [
      authorisation.provider !== provider,
      'oauth.mixed_up',
      `It was begun at ${authorisation.provider}, and ${provider} answered.`,
    ],
    [
      pastedUri !== null && pastedUri !== authorisation.redirectUri,
      'oauth.mixed_up',
      `The address must begin with ${authorisation.redirectUri}.`,
    ],
    [
      !isSame(binding, authorisation.bindingHash),
      'oauth.other_session',
      'It was begun in another browser or terminal.',
    ],
    [authorisation.endedAt !== null, 'oauth.state_used', 'It was finished before.'],
    [authorisation.expiresAt <= now, 'oauth.state_expired', 'It took longer than ten minutes.'],
    [hasTwice(parameters), 'oauth.callback_incomplete', 'A parameter is there twice.'],
    [(parameters.get('iss') ?? dialect.issuer) !== dialect.issuer, 'oauth.mixed_up', 'Another issuer answered.'],
    [parameters.has('error'), 'oauth.denied', `The provider answered ${errorIn(parameters)}.`],
    [(parameters.get('code') ?? '') === '', 'oauth.callback_incomplete', 'It holds no code.'],
    [account === 'missing', 'oauth.callback_incomplete', `It holds no usable ${accountName(dialect)}.`],
  ];
  const broken = rules.find(([isBroken]) => isBroken);
  if (broken !== undefined) return { ok: false, code: broken[1], detail: broken[2] };
  return { ok: true, accountId: account === 'missing' ? null : account };
}

function isSame(binding: Secret | null, hash: Uint8Array): boolean {
  return binding !== null && constantTimeEqual(sha256(binding.reveal()), hash);
}

/** Two states or codes would be read one way here and another way elsewhere. */
function hasTwice(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size !== names.length;
}

/** Codes of RFC 6749 are plain words; anything else is not shown. */
function errorIn(parameters: URLSearchParams): string {
  const error = parameters.get('error') ?? '';
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an error';
}

/** Null where the account is not told by the callback. */
function accountIn(parameters: URLSearchParams, { account }: OAuthDialect): string | null | 'missing' {
  if (account.from !== 'callback') return null;
  const value = parameters.get(account.parameter) ?? '';
  return account.pattern.test(value) ? value : 'missing';
}

function accountName({ account }: OAuthDialect): string {
  return account.from === 'callback' ? account.parameter : account.field;
}
