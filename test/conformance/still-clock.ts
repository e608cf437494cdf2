import type { Clock } from '../../src/kernel/clock.ts';

/** A clock that shows `time` and moves only when a test sets it: a sleep is over at once, and no deadline ever passes. */
export function stillClock(time: { readonly now: number }): Clock {
  return {
    now: () => time.now,
    sleep: async () => {},
    deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
  };
}
