/** One measured figure beside what it is compared with. */
export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What it stands beside in the same run, with its own figure; null when it stands alone. */
  readonly against: string | null;
  /** `value` divided by what it stands beside. */
  readonly ratio: number | null;
  /** In words, such as `ratio >= 0.85`; null for a figure that explains another. */
  readonly goal: string | null;
  /** Null without a goal, and where the run cannot tell. */
  readonly met: boolean | null;
}

/** What was measured on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  /** In GiB. */
  readonly memory: number;
  readonly os: string;
  readonly node: string;
  readonly postgres: string;
  /** Short hash; with `+` when the working tree differed from it. */
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** One benchmark's figures, as `--json` prints it. */
export interface BenchReport {
  readonly bench: string;
  readonly machine: MachineFacts;
  readonly results: readonly Figure[];
}

/** The figure that another one is compared with. */
export interface Peer {
  readonly name: string;
  readonly value: number;
}

export interface Goal {
  readonly of: 'value' | 'ratio';
  readonly is: 'at least' | 'at most';
  readonly bound: number;
}

export const atLeast = (bound: number, of: Goal['of'] = 'value'): Goal => ({ of, is: 'at least', bound });
export const atMost = (bound: number, of: Goal['of'] = 'value'): Goal => ({ of, is: 'at most', bound });

/** A figure, judged. Values keep four digits that count, ratios two places; the goal is judged before rounding. */
export function figure(
  metric: string,
  value: number,
  unit: string,
  { peer, goal }: { readonly peer?: Peer; readonly goal?: Goal } = {},
): Figure {
  const ratio = peer === undefined || peer.value === 0 ? null : value / peer.value;
  return {
    metric,
    value: rounded(value),
    unit,
    against: peer === undefined ? null : `${peer.name}: ${rounded(peer.value).toLocaleString('en-US')}`,
    ratio: ratio === null ? null : Number(ratio.toFixed(ratio < 0.1 ? 4 : 2)),
    goal: goal === undefined ? null : goalText(goal, unit),
    met: goal === undefined ? null : isMet(goal, value, ratio),
  };
}

function isMet(goal: Goal, value: number, ratio: number | null): boolean | null {
  const judged = goal.of === 'ratio' ? ratio : value;
  if (judged === null) return null;
  return goal.is === 'at least' ? judged >= goal.bound : judged <= goal.bound;
}

function goalText({ of, is, bound }: Goal, unit: string): string {
  const sign = is === 'at least' ? '>=' : '<=';
  return of === 'ratio' ? `ratio ${sign} ${bound}` : `${sign} ${bound} ${unit}`;
}

function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}

/** The middle one; of an even number the lower of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that `share` of all values do not exceed (nearest rank). Throws for no values. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('no values');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}
