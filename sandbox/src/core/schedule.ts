/** Things to do at given seconds, run in order of time; what is added for the same second runs in the order of adding. */
export interface Schedule {
  at(second: number, action: (second: number) => void): void;
  /** Runs everything that is due before that second, including what running adds. */
  runUntil(second: number): void;
}

interface Entry {
  readonly second: number;
  readonly action: (second: number) => void;
}

export function createSchedule(): Schedule {
  /** Latest first, so that the next entry is the last one. */
  const entries: Entry[] = [];
  return {
    at(second, action) {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((entries[middle]?.second ?? 0) > second) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { second, action });
    },
    runUntil(second) {
      for (let next = entries.at(-1); next && next.second < second; next = entries.at(-1)) {
        entries.pop();
        next.action(next.second);
      }
    },
  };
}
