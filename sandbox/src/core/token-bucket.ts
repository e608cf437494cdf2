/** A rate limit over the injected clock: `perSecond` on average, at most `burst` at once. */
export interface TokenBucket {
  /** Takes one token; false when none is left. */
  take(nowMs: number): boolean;
}

export function createTokenBucket(perSecond: number, burst = perSecond): TokenBucket {
  let tokens = burst;
  let filledAt: number | null = null;
  return {
    take(nowMs) {
      const elapsed = filledAt === null ? 0 : Math.max(0, nowMs - filledAt);
      tokens = Math.min(burst, tokens + (elapsed * perSecond) / 1000);
      filledAt = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
