/** Time as a provider sees it; it stands still while a change is made, and at the recorded moment when it is made again. */
export function providerClock(now: () => number) {
  let fixed: number | null = null;
  return {
    now: () => fixed ?? now(),
    async at<T>(ms: number, work: () => Promise<T>): Promise<T> {
      fixed = ms;
      try {
        return await work();
      } finally {
        fixed = null;
      }
    },
  };
}
