/** Failures in a row after which a host is left alone. */
export const OPENS_AFTER_FAILURES = 5;
/** First rest; each failed probe doubles it up to the cap. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 5 * 60_000;

/**
 * What is stored of a breaker. Open until `openUntil`; after that it is half-open and the next caller becomes the
 * probe, by moving `openUntil` to the end of its own lease. A probe that dies is replaced when that has passed.
 */
export interface BreakerState {
  /** In a row. */
  readonly failures: number;
  readonly openUntil: number | null;
}

export const CLOSED: BreakerState = { failures: 0, openUntil: null };

export type BreakerPhase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly retryAfter_ms: number }
  | { readonly kind: 'half_open' };

/** How a call that was let through ended. `gave_up`: nothing was learned about the host. */
export type BreakerEvent = 'succeeded' | 'failed' | 'gave_up';

/** Where breakers are kept. Time is the store's own clock, so that all processes agree on it. */
export interface BreakerStore {
  read(key: string): Promise<{ readonly state: BreakerState; readonly now: number }>;
  /** Replaces the state by what `step` makes of it, one caller after the other. `step` may run more than once. */
  update(key: string, step: (state: BreakerState, now: number) => BreakerState): Promise<void>;
}

export function phaseOf(state: BreakerState, now: number): BreakerPhase {
  if (state.openUntil === null) return { kind: 'closed' };
  return state.openUntil > now ? { kind: 'open', retryAfter_ms: state.openUntil - now } : { kind: 'half_open' };
}

/** A half-open breaker, taken by a probe that answers within `lease_ms`. The probe is known by its `openUntil`. */
export function withProbe(state: BreakerState, now: number, lease_ms: number): BreakerState {
  return { ...state, openUntil: now + lease_ms };
}

/** The state after a call. `probe` is the `openUntil` that the call set as the probe, null for any other call. */
export function afterCall(state: BreakerState, event: BreakerEvent, now: number, probe: number | null): BreakerState {
  if (state.openUntil !== null) return state.openUntil === probe ? afterProbe(state, event, now) : state;
  if (event === 'gave_up') return state;
  return event === 'succeeded' ? CLOSED : afterFailure(state, now);
}

function afterProbe(state: BreakerState, event: BreakerEvent, now: number): BreakerState {
  if (event === 'succeeded') return CLOSED;
  return event === 'failed' ? afterFailure(state, now) : { ...state, openUntil: now };
}

function afterFailure(state: BreakerState, now: number): BreakerState {
  const failures = state.failures + 1;
  return { failures, openUntil: failures < OPENS_AFTER_FAILURES ? null : now + rest_ms(failures) };
}

function rest_ms(failures: number): number {
  return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (failures - OPENS_AFTER_FAILURES));
}
