const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A session that is not used ends (ASVS 5.0, 7.3.1). */
export const SESSION_IDLE_MS = 30 * MINUTE_MS;
/** A session ends, however much it is used (ASVS 5.0, 7.3.2). */
export const SESSION_LIFE_MS = 12 * HOUR_MS;
/** Use is noted this often at most, so that reading does not write. */
export const SEEN_STEP_MS = MINUTE_MS;
/**
 * What another process changed counts after this at the latest. Below the time in which a person could do anything, and
 * long enough that a rush of requests does not read the version for each.
 */
export const VERSION_LIFE_MS = 50;
/** Ended sessions and spent codes are kept this long, for whoever asks what happened. */
export const KEEP_ENDED_MS = 30 * DAY_MS;

/** Long enough for a weekend, short enough for a mailbox that is read by others later. */
export const INVITATION_LIFE_MS = 7 * DAY_MS;
/** The code of the first start stands in a log; the next start prints another one. */
export const FIRST_START_LIFE_MS = 24 * HOUR_MS;
export const RESET_LIFE_MS = HOUR_MS;

/** Time to find the authenticator and touch it. */
export const PASSKEY_CHALLENGE_LIFE_MS = 5 * MINUTE_MS;

/** Time to sign in at a provider. */
export const OIDC_FLOW_LIFE_MS = 10 * MINUTE_MS;
/** Where a provider sends browsers back to, below the address of the API. */
export const OIDC_CALLBACK = '/api/v1/sign-in/oidc/callback';

/** An API key lives a year at most: what is forgotten stops by itself. */
export const MAX_API_KEY_LIFE_MS = 366 * DAY_MS;
/** Use of an API key is noted this often at most. */
export const KEY_SEEN_STEP_MS = MINUTE_MS;

/** Answers of changing requests are kept for repeats this long. */
export const IDEMPOTENCY_LIFE_MS = DAY_MS;

/** Requirements: at least 8 (ASVS 5.0, 6.2.1); we ask for 12. */
export const MIN_PASSWORD_CHARACTERS = 12;
/** Longer ones only cost time. */
export const MAX_PASSWORD_CHARACTERS = 128;
export const RECOVERY_CODES = 10;

/** How often somebody may guess before waiting; then the wait doubles from the first to the longest. */
export const GUESSES = {
  /** Of one account: typing errors of its owner. */
  account: 5,
  /** Of one address: an office behind one router. */
  address: 20,
  firstWait_ms: 5_000,
  longestWait_ms: 15 * MINUTE_MS,
  /** Failures are forgotten after this. */
  memory_ms: DAY_MS,
} as const;
