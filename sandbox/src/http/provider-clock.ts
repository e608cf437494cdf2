/** Time as the providers see it; it stands still at a recorded moment while a journal is read. */
export function providerClock(now: () => number) {
  let fixed: number | null = null;
  return {
    now: () => fixed ?? now(),
    async at(ms: number, work: () => Promise<void>): Promise<void> {
      fixed = ms;
      try {
        await work();
      } finally {
        fixed = null;
      }
    },
  };
}
