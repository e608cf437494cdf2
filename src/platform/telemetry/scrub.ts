import { CREDENTIAL_PATTERNS } from './credential-patterns.ts';

/** Characters read of one text; more is cut before the search, which is linear but not free. */
const MAX_READ = 65_536;
/** Characters of one text that reach the log. */
const MAX_WRITTEN = 8_192;

/** The text with everything that looks like a credential masked, cut to a length fit for a log line. */
export function scrub(text: string): string {
  let clean = text.length > MAX_READ ? text.slice(0, MAX_READ) : text;
  for (const { pattern, replacement } of CREDENTIAL_PATTERNS) clean = clean.replace(pattern, replacement);
  if (clean.length <= MAX_WRITTEN && text.length <= MAX_READ) return clean;
  return `${clean.slice(0, MAX_WRITTEN)}… (${text.length} characters)`;
}
