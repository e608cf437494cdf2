/** Names and values of a few kinds only, such as a provider: every combination is a series of its own. */
export type Labels = Readonly<Record<string, string>>;

/** Values by series, such as `webhook_deliveries{provider="stripe",result="stored"}`, sorted. */
export type Series = Readonly<Record<string, number>>;

export interface MetricsSnapshot {
  /** Since the start of the process; they only grow. */
  readonly counters: Series;
  /** As last set. */
  readonly gauges: Series;
}

/** What the program counts of itself. */
export interface Metrics {
  /** Adds to a counter; `by` is 1 when left out, and never negative. */
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  snapshot(): MetricsSnapshot;
}

/** Series of one process. Above it a label has too many values, an id perhaps; the rest is counted as left out. */
const MAX_SERIES = 5_000;
const LEFT_OUT = 'metrics_series_left_out';

/** Metrics in this process's memory. */
export function createMetrics(): Metrics {
  const counters = new Map<string, number>();
  const gauges = new Map<string, number>();
  const set = (series: Map<string, number>, key: string, value: number) => {
    const hasRoom = series.has(key) || counters.size + gauges.size < MAX_SERIES;
    if (hasRoom) series.set(key, value);
    else counters.set(LEFT_OUT, (counters.get(LEFT_OUT) ?? 0) + 1);
  };
  return {
    count: (name, labels = {}, by = 1) => {
      const key = seriesKey(name, labels);
      if (by >= 0) set(counters, key, (counters.get(key) ?? 0) + by);
    },
    gauge: (name, value, labels = {}) => set(gauges, seriesKey(name, labels), value),
    snapshot: () => ({ counters: sorted(counters), gauges: sorted(gauges) }),
  };
}

function seriesKey(name: string, labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return name;
  return `${name}{${names.map((label) => `${label}=${JSON.stringify(labels[label])}`).join(',')}}`;
}

function sorted(series: ReadonlyMap<string, number>): Series {
  return Object.fromEntries([...series].sort(([a], [b]) => (a < b ? -1 : 1)));
}
