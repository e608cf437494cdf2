/** A pattern for text that gives access to something, and what stands in its place. */
export interface CredentialPattern {
  readonly pattern: RegExp;
  readonly replacement: string;
}

export const MASK = '[secret]';

/** Parts of names under which credentials travel, in headers, query parameters, forms and JSON. */
const SECRET_NAME =
  '(?:api|access|master|private|secret|signing|encryption)[_-]?key|token|secret|signature|password|passwd|passphrase|authorization|cookie|credentials?';
/** Also secret when it is a query parameter, where `code` and `state` belong to an authorisation. */
const SECRET_PARAMETER = `${SECRET_NAME}|key|sig|hmac|code|state|nonce`;
/** A value in a query or a form, up to the next parameter, which may be escaped in a URL inside of a URL. */
const PARAMETER_VALUE = `(?:(?!%26)[^&#\\s"'<>])+`;

// Text from outside goes through all of these: none starts with a repetition, and none has two after each other that
// match the same characters, so that the time they take grows with the length only.
const patterns: readonly [RegExp, string][] = [
  // Keys and tokens with a form of their own. Test keys too: they open real accounts.
  [/\b(sk|rk)_(live|test)_[\w-]+/g, MASK],
  [/\bwhsec_[\w+/=-]+/g, MASK],
  [/\bcf_(live|test|local)_[\w-]+/g, MASK],
  [/\beyJ[\w-]{10,}(\.[\w-]*)*/g, MASK],
  // Square's access tokens and application secrets; Intuit's refresh tokens, old form and new; Mailchimp's API keys.
  [/\bEAAA[\w-]{20,}/g, MASK],
  [/\bsq0[a-z]{3}-[\w-]{20,}/g, MASK],
  [/\b(AB11|RT1-)[\w-]{20,}/g, MASK],
  [/\b[0-9a-f]{32}-us\d{1,3}\b/g, MASK],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, MASK],
  // Authorization header values. `Basic` and BTCPay's scheme `token` are English words too, so the text after them
  // must look like more than one.
  [/\bbearer\s+[\w+/=.~-]{6,}/gi, `Bearer ${MASK}`],
  [/\b([Bb]asic)\s+(?=[a-z]*[A-Z0-9=])[\w+/=.~-]{4,}/g, `$1 ${MASK}`],
  [/\btoken\s+[\w+/=.~-]{16,}/gi, `token ${MASK}`],
  // User name and password of a URL, as in a database address.
  [/:\/\/[^\s/?#"']+@/g, `://${MASK}@`],
  // Our own addresses that are credentials themselves.
  [/(\/(?:webhooks|oauth\/callback)\/[a-z]{1,20}\/)[^\s/?#"']+/g, `$1${MASK}`],
  [/(\/pay\/)[^\s/?#"']+/g, `$1${MASK}`],
  // name=value in queries and forms, also escaped ones.
  [
    new RegExp(`((?:[?&;]|%3f|%26)(?:[\\w.-]{0,40}[_.-])?(?:${SECRET_PARAMETER})(?:=|%3d))${PARAMETER_VALUE}`, 'gi'),
    `$1${MASK}`,
  ],
  [new RegExp(`((?:${SECRET_NAME})=)${PARAMETER_VALUE}`, 'gi'), `$1${MASK}`],
  // "name":"value" in JSON, and in JSON inside of a JSON string.
  [new RegExp(`((?:${SECRET_NAME})"\\s{0,4}:\\s{0,4}")(?:[^"\\\\]|\\\\.)+`, 'gi'), `$1${MASK}`],
  [new RegExp(`((?:${SECRET_NAME})\\\\"\\s{0,4}:\\s{0,4}\\\\")[^"\\\\]+`, 'gi'), `$1${MASK}`],
  // Header lines.
  [/((?:cookie|authorization|-signature):[ \t]?)[^\r\n]+/gi, `$1${MASK}`],
];

export const CREDENTIAL_PATTERNS: readonly CredentialPattern[] = patterns.map(([pattern, replacement]) => ({
  pattern,
  replacement,
}));

const SECRET_FIELD = new RegExp(`(?:^|[_.-])(?:(?:${SECRET_NAME})s?|sig|hmac)$`);

/** Whether a field of this name holds a credential, in whatever spelling: `accessToken`, `access_token`, `Set-Cookie`. */
export function isSecretField(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return SECRET_FIELD.test(words);
}
