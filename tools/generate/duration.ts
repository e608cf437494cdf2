const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds in the largest unit that needs no fraction: `5 h`, `125 s`, `250 ms`. */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms > 0 && ms % size === 0) ?? ['ms', 1];
  const count = ms / size;
  return `${count} ${unit === 'day' && count > 1 ? 'days' : unit}`;
}
