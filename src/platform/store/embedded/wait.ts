import type { EmbeddedDoors } from './types.ts';

/** Waits for `event`, at most `limit_ms`; answers whether it came in time. */
export async function cameWithin(
  event: Promise<unknown>,
  limit_ms: number,
  clock: EmbeddedDoors['clock'],
): Promise<boolean> {
  const wait = new AbortController();
  const passed = clock.sleep(limit_ms, wait.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([event.then(() => true), passed]);
  } finally {
    wait.abort();
  }
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** Asks again and again, with growing pauses, until the answer is yes or `limit_ms` have passed; answers which. */
export async function becameTrue(
  ask: () => Promise<boolean>,
  limit_ms: number,
  clock: EmbeddedDoors['clock'],
): Promise<boolean> {
  const deadline = clock.now() + limit_ms;
  for (let pause_ms = FIRST_PAUSE_MS; ; pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS)) {
    if (await ask()) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(pause_ms);
  }
}
