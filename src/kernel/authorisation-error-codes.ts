import { type CodeEntry, entry } from './error-code-entry.ts';

/** Codes of authorisations at a provider; part of the one table, see `ERROR_CODES`. */
export const AUTHORISATION_CODES = {
  'oauth.not_configured': entry(
    'validation',
    'not_applied',
    'The keys of your app at this provider are missing or do not fit.',
    'Set the variables named in the detail to the keys of your app, then start again.',
  ),
  'oauth.address_not_allowed': entry(
    'validation',
    'not_applied',
    'The address to return to is not on the list.',
    'Use an address that is listed, or list it in the variable named in the detail.',
  ),
  'oauth.too_many': entry(
    'throttled',
    'not_applied',
    'Too many authorisations were begun and not finished.',
    'Finish one, or wait ten minutes until they end.',
  ),
  'oauth.state_unknown': entry(
    'validation',
    'not_applied',
    'This authorisation was not begun here, or long ago.',
    'Begin again from Counterfoil; nothing was connected.',
  ),
  'oauth.state_used': entry(
    'validation',
    'not_applied',
    'This authorisation was finished before.',
    'Look at the list of connections; if it is not there, begin again.',
  ),
  'oauth.state_expired': entry(
    'validation',
    'not_applied',
    'This authorisation took longer than ten minutes.',
    'Begin again; nothing was connected.',
  ),
  'oauth.other_session': entry(
    'validation',
    'not_applied',
    'This authorisation was begun in another browser or terminal.',
    'Begin again and finish in the same place; nothing was connected.',
  ),
  'oauth.mixed_up': entry(
    'validation',
    'not_applied',
    'The answer is not from the provider that was asked.',
    'Begin again; if it happens twice, look at the security events. Nothing was connected.',
  ),
  'oauth.denied': entry(
    'validation',
    'not_applied',
    'The provider did not grant access.',
    'Begin again and allow the access; nothing was connected.',
  ),
  'oauth.callback_incomplete': entry(
    'validation',
    'not_applied',
    "The provider's answer lacks a part that is needed, or has it twice.",
    'Begin again; when pasting, copy the whole address. Nothing was connected.',
  ),
  'oauth.grant_rejected': entry(
    'auth',
    'not_applied',
    'The provider ended the authorisation.',
    'Reconnect the connection; its work waits and is not lost.',
  ),
  'oauth.app_rejected': entry(
    'retryable',
    'not_applied',
    'The provider refused the keys of your app.',
    'Correct the keys named in the detail and start again; the connections go on by themselves then.',
  ),
  'oauth.consent_ends': entry(
    'auth',
    'not_applied',
    'The authorisation ends soon.',
    'Reconnect before the day in the detail; nothing stops until then.',
  ),
} as const satisfies Record<string, CodeEntry>;
