import type { Clock } from '../../kernel/clock.ts';
import { gather } from './gather.ts';
import { VERSION_LIFE_MS } from './limits.ts';

/** How often what anybody may do has changed: counted in the database, for all processes. */
export interface AccessVersion {
  /** At most {@link VERSION_LIFE_MS} old, and never from before a change of this process. */
  now(): Promise<bigint>;
  /** A verb that changes what somebody may do; the version is read again after it. */
  changing<A extends readonly unknown[], R>(verb: (...given: A) => Promise<R>): (...given: A) => Promise<R>;
}

export function accessVersion(read: () => Promise<bigint>, clock: Pick<Clock, 'now'>): AccessVersion {
  let known: { readonly version: bigint; readonly askedAt: number } | null = null;
  let changes = 0;
  const ask = gather(async () => {
    const [askedAt, before] = [clock.now(), changes];
    const version = await read();
    if (before === changes) known = { version, askedAt };
    return version;
  });
  return {
    now: async () => {
      const age_ms = known === null ? VERSION_LIFE_MS : clock.now() - known.askedAt;
      if (known === null || age_ms >= VERSION_LIFE_MS) return ask();
      // Whether it could be read is seen when it is needed.
      if (age_ms >= VERSION_LIFE_MS / 2) ask().catch(() => {});
      return known.version;
    },
    changing:
      (verb) =>
      async (...given) => {
        try {
          return await verb(...given);
        } finally {
          changes += 1;
          known = null;
        }
      },
  };
}
