import { GUESSES } from './limits.ts';

/** What is known of guesses at one account, or from one address. */
export interface GuessCount {
  readonly failures: number;
  readonly countedFrom: number;
  readonly blockedUntil: number | null;
}

/** How long to wait; or, when none is needed, the count with one guess more. */
export type GuessJudgement =
  | { readonly kind: 'wait'; readonly wait_ms: number }
  | { readonly kind: 'counted'; readonly count: GuessCount };

/** Every guess counts as a failure until it turns out right, so that many at once count too. */
export function judgeGuess(known: GuessCount, free: number, now: number): GuessJudgement {
  const { blockedUntil } = known;
  if (blockedUntil !== null && blockedUntil > now) return { kind: 'wait', wait_ms: blockedUntil - now };
  const isOld = known.countedFrom + GUESSES.memory_ms <= now;
  const failures = isOld ? 1 : known.failures + 1;
  const count = {
    failures,
    countedFrom: isOld ? now : known.countedFrom,
    blockedUntil: failures < free ? null : now + wait_ms(failures - free),
  };
  return { kind: 'counted', count };
}

function wait_ms(beyond: number): number {
  return Math.min(GUESSES.longestWait_ms, GUESSES.firstWait_ms * 2 ** Math.min(beyond, 30));
}
