import { type CodeEntry, entry } from './error-code-entry.ts';

/** Codes of signing in, of who may do what, and of how often it may be asked. A part of `ERROR_CODES`. */
export const ACCESS_CODES = {
  'access.sign_in_refused': entry(
    'auth',
    'not_applied',
    'The sign-in was refused.',
    'Check the e-mail address, the password and the code. An owner can give out a new password code.',
  ),
  'access.second_factor_needed': entry(
    'auth',
    'not_applied',
    'A code of the second factor is needed.',
    'Send the six digits of the authenticator app, or a recovery code, as `code`.',
  ),
  'access.code_refused': entry(
    'auth',
    'not_applied',
    'The code is wrong, used or expired.',
    'Ask for a new one; a restart prints a new code for the first owner.',
  ),
  'access.forbidden': entry(
    'auth',
    'not_applied',
    'This is not permitted.',
    'Ask an owner or admin of the tenant for a role that permits it.',
  ),
  'access.too_many_guesses': entry(
    'throttled',
    'not_applied',
    'Too many attempts failed.',
    'Wait as long as Retry-After says, then try again.',
  ),
  'access.password_weak': entry(
    'validation',
    'not_applied',
    'The password is too easily guessed.',
    'Choose a longer one of several words, or let a password manager make one.',
  ),
  'access.last_owner': entry(
    'conflict',
    'not_applied',
    'The tenant would be without an owner.',
    'Make somebody else an owner first.',
  ),
  'access.already_claimed': entry(
    'conflict',
    'not_applied',
    'This installation has its first owner already.',
    'Sign in, or ask an owner for an invitation.',
  ),
  'access.already_member': entry(
    'conflict',
    'not_applied',
    'This person belongs to the tenant already.',
    'Change the role instead of inviting again.',
  ),
  'access.second_factor_on': entry(
    'conflict',
    'not_applied',
    'A second factor is set up already.',
    'Remove it first, with a code of it.',
  ),
  'access.passkey_refused': entry(
    'auth',
    'not_applied',
    'The passkey was refused.',
    'Begin again on this page, with a passkey that was added here; or sign in with the password.',
  ),
  'access.passkey_needs_https': entry(
    'validation',
    'not_applied',
    'Passkeys work on pages with https and a name, and on localhost.',
    'Open Counterfoil by its https address, or sign in with the password.',
  ),
  'access.passkey_known': entry(
    'conflict',
    'not_applied',
    'This passkey was added before.',
    'Use it to sign in, or choose another authenticator.',
  ),
  'access.oidc_not_configured': entry(
    'permanent',
    'not_applied',
    'Nobody signs in at a provider in this installation.',
    'Sign in with the password or a passkey; COUNTERFOIL_OIDC_ISSUER names a provider.',
  ),
  'access.oidc_refused': entry(
    'auth',
    'not_applied',
    'The sign-in at the provider was refused.',
    'Begin again in this browser. If it stays, compare the settings of COUNTERFOIL_OIDC with those at the provider.',
  ),
  'access.oidc_unknown': entry(
    'auth',
    'not_applied',
    'The provider knows you, and nobody has invited you here.',
    'Ask an owner or admin for an invitation to the address that the provider has verified.',
  ),
  'access.oidc_unreachable': entry(
    'retryable',
    'not_applied',
    'The sign-in provider gave no answer that can be used.',
    'Try again, or sign in with the password. Look whether COUNTERFOIL_OIDC_ISSUER is right.',
  ),
  'request.cross_site': entry(
    'auth',
    'not_applied',
    'The request came from another site, or without the token of its page.',
    'Open Counterfoil itself and do it there; programs use an API key instead of a cookie.',
  ),
  'request.rate_limited': entry(
    'throttled',
    'not_applied',
    'More requests came than are taken.',
    'Wait as long as Retry-After says, then go on more slowly.',
  ),
  'request.key_reused': entry(
    'validation',
    'not_applied',
    'The Idempotency-Key was used for another request.',
    'Use a new key for each request; repeat a request with the same key only without changes.',
  ),
  'request.key_in_use': entry(
    'conflict',
    'unknown',
    'A request with this Idempotency-Key is under way, or ended without an answer.',
    'Wait a moment and repeat it. If this stays, look whether it was done, then use a new key.',
  ),
} as const satisfies Record<string, CodeEntry>;
